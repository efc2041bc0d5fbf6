//! The access-pattern table in `docs/data-model.md`: which function reads and writes the table how, from its grants.

use parvis_edge::{Function, Grant, Resource};

/// The generated part lies between these two lines.
const BEGIN: &str = "<!-- made by `cargo xtask sync`: begin -->";
const END: &str = "<!-- made by `cargo xtask sync`: end -->";

/// `by_hand` with its generated part made new.
///
/// # Errors
/// A marker is missing.
pub(crate) fn filled(by_hand: &str, functions: &[Function]) -> Result<String, String> {
    let missing = |marker: &str| format!("docs/data-model.md lacks the line `{marker}`; put it back and run again");
    let (before, rest) = by_hand.split_once(BEGIN).ok_or_else(|| missing(BEGIN))?;
    let (_, after) = rest.split_once(END).ok_or_else(|| missing(END))?;
    Ok(format!("{before}{BEGIN}\n{}{END}{after}", table(functions)))
}

fn table(functions: &[Function]) -> String {
    let mut text = String::from("| function | reads | by index | writes |\n|---|---|---|---|\n");
    for function in functions {
        let has = |grant: Grant| function.grants.contains(&grant);
        let of = |pairs: &[(Grant, &str)]| -> String {
            pairs.iter().filter(|(grant, _)| has(*grant)).map(|(_, word)| *word).collect::<Vec<_>>().join(", ")
        };
        let reads = of(&[(Grant::GET, "item"), (Grant::BATCH_GET, "items"), (Grant::QUERY, "partition")]);
        let writes =
            of(&[(Grant::PUT, "put"), (Grant::UPDATE, "update"), (Grant::DELETE, "delete"), (Grant::CHECK, "check")]);
        let indexes: Vec<&str> = function
            .grants
            .iter()
            .filter_map(|g| match g.resource {
                Resource::Index(index) => Some(index.name()),
                _ => None,
            })
            .collect();
        if reads.is_empty() && writes.is_empty() && indexes.is_empty() {
            continue;
        }
        text.push_str(&format!("| `{}` | {reads} | {} | {writes} |\n", function.id, indexes.join(", ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_part_between_the_markers_changes() {
        let made = filled(&format!("above\n{BEGIN}\nold\n{END}\nbelow\n"), &[]).expect("both markers");
        assert!(made.starts_with("above\n") && made.ends_with("\nbelow\n") && !made.contains("old"), "{made}");
        let told = filled("nothing", &[]).expect_err("no markers");
        assert!(told.contains("docs/data-model.md lacks the line"), "{told}");
    }
}
