//! Grants as IAM statements: one per resource, with exactly the granted actions.

use std::collections::BTreeMap;

use parvis_edge::{Grant, Resource};

/// A function's grants as the items of a policy's `Statement` list, indented by `indent` spaces.
pub(crate) fn of(grants: &[Grant], indent: usize) -> String {
    let mut by_place: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
    for grant in grants {
        by_place.entry(place(grant)).or_default().push(grant.action);
    }
    let mut statements = String::new();
    for (place, actions) in by_place {
        statements.push_str(&statement(&actions, &place, indent));
    }
    statements
}

/// One statement that allows `actions`; `place` is its lines about the resource.
pub(crate) fn statement(actions: &[&str], place: &[String], indent: usize) -> String {
    let (item, inner) = (" ".repeat(indent), " ".repeat(indent + 2));
    let mut lines = format!("{item}- Effect: Allow\n{inner}Action: [{}]\n", actions.join(", "));
    for line in place {
        lines.push_str(&format!("{inner}{line}\n"));
    }
    lines
}

/// Where a grant holds (AWS Service Authorization Reference).
fn place(grant: &Grant) -> Vec<String> {
    let one = |resource: &str| vec![format!("Resource: {resource}")];
    match grant.resource {
        Resource::Table => one("!Ref TableArn"),
        Resource::Index(index) => one(&format!("!Sub \"${{TableArn}}/index/{}\"", index.name())),
        Resource::Incoming => one(&bucket("IncomingBucket", "/incoming/*", grant.action)),
        Resource::Photos => one(&bucket("PhotosBucket", "/*", grant.action)),
        Resource::Exports => one(&bucket("ExportsBucket", "/*", grant.action)),
        Resource::NoticeQueue => one("!Ref NoticeQueueArn"),
        Resource::PhotoQueue => one("!Ref PhotoQueueArn"),
        Resource::TokenKey => one("!Ref TokenKeyArn"),
        Resource::Push => push(grant.action),
        Resource::AlertTopics => one("!Sub \"${AlertTopics}-*\""),
        // The Service Authorization Reference knows no resource of `Unsubscribe`. Where SNS refuses such a call, it names
        // `arn:aws:sns:<region>:<account>:*`, so a right on one topic's would be none.
        Resource::Subscriptions => one("!Sub \"arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:*\""),
        // A phone number is no resource: `NotResource` takes everything that is one out of the right to publish.
        Resource::Sms => vec!["NotResource: !Sub \"arn:${AWS::Partition}:sns:*:*:*\"".to_owned()],
        // SES asks for a right on every identity that a mail touches: the domain's, the address's own if it has one, in the sandbox
        // the recipient's, and on the configuration set that an identity has by default. Who writes is bound by the condition.
        Resource::Mail => vec![
            "Resource:".to_owned(),
            "  - !Sub \"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*\"".to_owned(),
            "  - !Sub \"arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*\"".to_owned(),
            "Condition: {StringEquals: {\"ses:FromAddress\": !Ref MailFrom}}".to_owned(),
        ],
    }
}

/// The bucket itself for what asks about the bucket, else its objects.
fn bucket(parameter: &str, objects: &str, action: &str) -> String {
    let objects = if action == "s3:ListBucket" { "" } else { objects };
    format!("!Sub \"arn:${{AWS::Partition}}:s3:::${{{parameter}}}{objects}\"")
}

/// Endpoints live under their application: `…:app/GCM/x` has `…:endpoint/GCM/x/*`. SNS names the application where it refuses
/// somebody a call on an endpoint, so the right is on both; no topic is among them.
fn push(action: &str) -> Vec<String> {
    let applications = ["FcmApplicationArn", "ApnsApplicationArn"];
    let mut lines = vec!["Resource:".to_owned()];
    for application in applications {
        lines.push(format!("  - !Ref {application}"));
        if action != "sns:CreatePlatformEndpoint" {
            lines.push(format!(
                "  - !Join [\"\", [!Join [\":endpoint/\", !Split [\":app/\", !Ref {application}]], \"/*\"]]"
            ));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_on_one_resource_are_one_statement() {
        let text = of(&[Grant::GET, Grant::PUT, Grant::QUERY_PLACE], 0);
        assert_eq!(text.matches("Effect: Allow").count(), 2);
        assert!(text.contains("[dynamodb:GetItem, dynamodb:PutItem]\n  Resource: !Ref TableArn\n"), "{text}");
        assert!(text.contains("[dynamodb:Query]\n  Resource: !Sub \"${TableArn}/index/place\"\n"), "{text}");
    }

    #[test]
    fn the_right_to_send_sms_is_no_right_to_publish_to_topics_or_devices() {
        let text = of(&[Grant::PUBLISH_SMS], 0);
        assert!(text.contains("NotResource: !Sub \"arn:${AWS::Partition}:sns:*:*:*\""), "{text}");
    }

    #[test]
    fn uploads_are_reached_under_their_prefix_only() {
        assert!(of(&[Grant::GET_INCOMING], 0).contains("${IncomingBucket}/incoming/*\""));
        assert!(of(&[Grant::HEAD_PHOTOS], 0).contains("${PhotosBucket}\""));
    }
}
