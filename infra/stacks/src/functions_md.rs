//! `infra/generated/functions.md`: every function with what calls it, who may, and what it may do.

use parvis_edge::{Access, Function, Grant, Resource, StreamFilter, Trigger};

use crate::domains;

/// The document.
pub(crate) fn document(functions: &[Function]) -> String {
    let mut text = String::from(
        "# What each function may do\n\nMade from the catalog by `cargo xtask sync`. Beside these rights every function writes its own log and\nits traces, and Lambda reads a worker's stream or queue in its name. *At once*: most instances, kept free for it.\n",
    );
    for domain in domains(functions) {
        text.push_str(&format!(
            "\n## {domain}\n\n| function | called by | who | may | MB | s | at once |\n|---|---|---|---|---|---|---|\n"
        ));
        for function in functions.iter().filter(|f| f.domain == domain) {
            text.push_str(&row(function));
        }
    }
    text
}

fn row(function: &Function) -> String {
    let (called_by, who) = match &function.trigger {
        Trigger::Http(http) => (format!("`{} {}`", http.route.method.as_str(), http.route.path), access(http.access)),
        Trigger::Stream(filters) => {
            let of = |filter: &StreamFilter| {
                let state = filter.state.map_or(String::new(), |state| format!(" that is {state}"));
                format!("{} of {}{state}", filter.events.join(", "), filter.types.join(", "))
            };
            (format!("stream: {}", filters.iter().map(of).collect::<Vec<_>>().join("; ")), "the platform")
        }
        Trigger::Queue(queue) => (format!("queue `{}`", queue.name()), "the platform"),
        Trigger::Schedule { every_minutes } => (format!("every {every_minutes} min"), "the platform"),
        Trigger::Command => ("by hand".to_owned(), "an operator"),
    };
    let rights: Vec<String> = function.grants.iter().map(right).collect();
    let may = if rights.is_empty() { "nothing".to_owned() } else { rights.join(", ") };
    format!(
        "| `{}` {} | {called_by} | {who} | {may} | {} | {} | {} |\n",
        function.id,
        function.summary.replace('|', "\\|"),
        function.memory_mb,
        function.timeout_s,
        function.at_once.map(|n| n.to_string()).unwrap_or_default()
    )
}

fn access(access: Access) -> &'static str {
    match access {
        Access::Open => "anyone",
        Access::Commune => "anyone, in a commune",
        Access::ResidentOrGuest => "resident or guest",
        Access::Resident => "resident",
        Access::Member => "staff, without second factor too",
        Access::Staff => "staff",
        Access::Administrator => "administrator",
        Access::Operator => "operator",
    }
}

/// `dynamodb:Query` on an index -> `Query place`.
fn right(grant: &Grant) -> String {
    let action = grant.action.split(':').next_back().unwrap_or_default();
    let on = match grant.resource {
        Resource::Table => "table",
        Resource::Index(index) => return format!("{action} index {}", index.name()),
        Resource::Incoming => "uploads",
        Resource::Photos => "photos",
        Resource::Exports => "exports",
        Resource::NoticeQueue => "notice queue",
        Resource::PhotoQueue => "photo queue",
        Resource::TokenKey => "token key",
        Resource::Push => "push",
        Resource::AlertTopics => "alerts",
        Resource::Subscriptions => "any subscription",
        Resource::Sms => "SMS",
        Resource::Mail => "mail",
    };
    format!("{action} {on}")
}
