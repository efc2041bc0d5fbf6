//! What the root template hands to a domain's stack.

/// A parameter: name and what it is.
pub(crate) struct Parameter {
    /// As in both templates.
    pub(crate) name: &'static str,
    /// For the person who reads the stack in the console.
    pub(crate) description: &'static str,
}

const fn parameter(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description }
}

/// Handed down as it is, where the secret of codes and cursors is looked up by each stack: CloudFormation looks up sixty values for a
/// template, and a domain has a function for each of its endpoints. This one is in the distribution's own settings, too.
const EDGE_SECRET: &str = "EdgeSecret";

/// Every parameter there is.
pub(crate) const ALL: [Parameter; 28] = [
    parameter("Stage", "local, staging or production; part of every name"),
    parameter("Architecture", "x86_64 or arm64, as the artefacts were built"),
    parameter("ReserveConcurrency", "true or false: whether workers have room of their own"),
    parameter("LogDays", "How long logs are kept"),
    parameter("AlarmTopic", "SNS topic that alarms go to"),
    parameter("HttpApi", "Id of the HTTP API"),
    parameter("Authorizer", "Id of the API's JWT authorizer"),
    parameter("Table", "Name of the table"),
    parameter("TableArn", "ARN of the table"),
    parameter("StreamArn", "ARN of the table's stream"),
    parameter("LettersBucket", "Bucket for what the stream's readers gave up on"),
    parameter("IncomingBucket", "Bucket of uploads"),
    parameter("PhotosBucket", "Bucket of finished pictures"),
    parameter("ExportsBucket", "Bucket of the files of exports"),
    parameter("NoticeQueue", "URL of the queue of notices"),
    parameter("NoticeQueueArn", "ARN of the queue of notices"),
    parameter("PhotoQueue", "URL of the queue of arrived photos"),
    parameter("PhotoQueueArn", "ARN of the queue of arrived photos"),
    parameter("TokenKeyArn", "KMS key that signs access tokens"),
    parameter("FcmApplicationArn", "SNS platform application for FCM"),
    parameter("ApnsApplicationArn", "SNS platform application for APNs"),
    parameter("AlertTopics", "What the ARNs of the topics of alerts begin with"),
    parameter("MailFrom", "Address that mails are sent from"),
    parameter("PublicUrl", "Public origin, without a slash at the end"),
    parameter("MediaUrl", "Origin of finished pictures, without a slash at the end"),
    parameter("TileHosts", "Hosts that communes may take map tiles from, with commas; none for none"),
    parameter("SecretArn", "Secret that signs cursors and hashes codes"),
    parameter(EDGE_SECRET, "What proves that a request came through the distribution"),
];

/// The environment of every function: `parvis_store::Names` reads all of it.
pub(crate) const ENVIRONMENT: [(&str, &str); 16] = [
    ("PARVIS_TABLE", "!Ref Table"),
    ("PARVIS_INCOMING_BUCKET", "!Ref IncomingBucket"),
    ("PARVIS_PHOTOS_BUCKET", "!Ref PhotosBucket"),
    ("PARVIS_EXPORTS_BUCKET", "!Ref ExportsBucket"),
    ("PARVIS_NOTICE_QUEUE", "!Ref NoticeQueue"),
    ("PARVIS_PHOTO_QUEUE", "!Ref PhotoQueue"),
    ("PARVIS_TOKEN_KEY", "!Ref TokenKeyArn"),
    ("PARVIS_FCM_APPLICATION", "!Ref FcmApplicationArn"),
    ("PARVIS_APNS_APPLICATION", "!Ref ApnsApplicationArn"),
    ("PARVIS_ALERT_TOPICS", "!Ref AlertTopics"),
    ("PARVIS_MAIL_FROM", "!Ref MailFrom"),
    ("PARVIS_PUBLIC_URL", "!Ref PublicUrl"),
    ("PARVIS_MEDIA_URL", "!Ref MediaUrl"),
    ("PARVIS_TILE_HOSTS", "!Ref TileHosts"),
    ("PARVIS_SECRET", "!Sub \"{{resolve:secretsmanager:${SecretArn}:SecretString}}\""),
    ("PARVIS_EDGE_SECRET", "!Ref EdgeSecret"),
];

/// The domain whose endpoints the authorizer itself needs: API Gateway reads the discovery document when it makes the
/// authorizer, so this stack is made before and cannot know it.
pub(crate) const BEFORE_THE_AUTHORIZER: &str = "platform";

/// Every parameter of a domain's stack. All stacks declare all of them, used or not, so that a new right of a function
/// changes no other file.
pub(crate) fn of(domain: &str) -> impl Iterator<Item = &'static Parameter> {
    ALL.iter().filter(move |p| p.name != "Authorizer" || domain != BEFORE_THE_AUTHORIZER)
}

/// The `Parameters` section of a domain's stack.
pub(crate) fn section(domain: &str) -> String {
    let lines = of(domain).map(|Parameter { name, description }| {
        let hidden = if *name == EDGE_SECRET { "NoEcho: true, " } else { "" };
        format!("  {name}: {{Type: String, {hidden}Description: \"{description}\"}}\n")
    });
    format!("Parameters:\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_a_function_reads_at_its_start_is_in_its_environment() {
        let source = include_str!("../../../shared/store/src/names.rs");
        let read: Vec<&str> = source.split("read(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let given: Vec<&str> = ENVIRONMENT.iter().map(|(name, _)| *name).collect();
        assert_eq!(given, read);
    }

    #[test]
    fn no_endpoint_that_the_authorizer_waits_for_needs_a_token() {
        for function in parvis_catalog::functions().iter().filter(|f| f.domain == BEFORE_THE_AUTHORIZER) {
            let guarded = function.http().is_some_and(|http| http.access.needs_token());
            assert!(!guarded, "{} needs a token: move it to another domain", function.id);
        }
    }
}
