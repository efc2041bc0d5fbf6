//! What protects data and people in the templates, each with its value: nothing else would fail if one of these lines were
//! lost. What is asked of every bucket, queue or log is asked of all that the templates have, new ones too.

use parvis_edge::Function;
use serde_norway::Value;

use crate::domains;
use crate::root_template::{properties, template};
use crate::stack::resource_name;

/// Resource, where in its properties, and what has to be there.
const WANTED: &[(&str, &str, &str)] = &[
    ("Table", "BillingMode", "PAY_PER_REQUEST"),
    ("Table", "PointInTimeRecoverySpecification", "{PointInTimeRecoveryEnabled: true}"),
    ("Table", "DeletionProtectionEnabled", "true"),
    ("Table", "TimeToLiveSpecification", "{AttributeName: ttl, Enabled: true}"),
    ("Table", "TableName", "!Sub 'parvis-${Stage}'"),
    // An upload that process_photo never saw; one that was broken off.
    ("IncomingBucket", "LifecycleConfiguration/Rules/0/Status", "Enabled"),
    ("IncomingBucket", "LifecycleConfiguration/Rules/0/Prefix", "incoming/"),
    ("IncomingBucket", "LifecycleConfiguration/Rules/0/ExpirationInDays", "2"),
    ("IncomingBucket", "LifecycleConfiguration/Rules/0/AbortIncompleteMultipartUpload", "{DaysAfterInitiation: 1}"),
    // Pages of ours may upload, those of `WebOrigins` too, and no others.
    ("IncomingBucket", "CorsConfiguration/CorsRules/0/AllowedMethods", "[PUT]"),
    ("IncomingBucket", "CorsConfiguration/CorsRules/0/AllowedOrigins", ORIGINS),
    ("IncomingBucket", "CorsConfiguration/CorsRules/0/AllowedHeaders", "[content-type, content-length]"),
    ("IncomingBucket", "CorsConfiguration/CorsRules/1/0", "HasWebOrigins"),
    ("IncomingBucket", "CorsConfiguration/CorsRules/1/1/AllowedMethods", "[PUT]"),
    ("IncomingBucket", "CorsConfiguration/CorsRules/1/1/AllowedOrigins", "!Ref WebOrigins"),
    ("IncomingBucket", "CorsConfiguration/CorsRules/1/1/AllowedHeaders", "[content-type, content-length]"),
    ("IncomingBucket", "CorsConfiguration/CorsRules/1/2", "!Ref AWS::NoValue"),
    ("IncomingBucket", "NotificationConfiguration/QueueConfigurations", ARRIVALS),
    ("LettersBucket", "LifecycleConfiguration/Rules/0/Status", "Enabled"),
    ("LettersBucket", "LifecycleConfiguration/Rules/0/ExpirationInDays", "14"),
    ("LettersBucket", "NotificationConfiguration/QueueConfigurations", LETTERS),
    ("PhotoQueuePolicy", "Queues", "[!Ref PhotoQueue]"),
    ("PhotoQueuePolicy", "PolicyDocument/Statement/0/Principal", "{Service: s3.amazonaws.com}"),
    ("PhotoQueuePolicy", "PolicyDocument/Statement/0/Action", "sqs:SendMessage"),
    ("PhotoQueuePolicy", "PolicyDocument/Statement/0/Resource", "!GetAtt PhotoQueue.Arn"),
    ("PhotoQueuePolicy", "PolicyDocument/Statement/0/Condition", ONLY_OUR_BUCKET),
    ("ExportsBucket", "LifecycleConfiguration/Rules", "[{Id: forget-exports, Status: Enabled, ExpirationInDays: 3}]"),
    ("Secret", "GenerateSecretString", "{PasswordLength: 64, ExcludePunctuation: true}"),
    ("EdgeSecret", "GenerateSecretString", "{PasswordLength: 64, ExcludePunctuation: true}"),
    // The authorizer of API Gateway takes RSA only; a month in which a mistake can be taken back.
    ("TokenKey", "KeySpec", "RSA_2048"),
    ("TokenKey", "KeyUsage", "SIGN_VERIFY"),
    ("TokenKey", "PendingWindowInDays", "30"),
    ("TokenKey", "KeyPolicy/Statement/0/Principal", "{AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}"),
    // For how long an edge goes on to show a picture that was deleted.
    ("MediaCache", "CachePolicyConfig/DefaultTTL", "3600"),
    ("MediaCache", "CachePolicyConfig/MaxTTL", "3600"),
    // What tells answers apart: with less, somebody would be shown what was meant for another.
    ("ApiCache", "CachePolicyConfig/ParametersInCacheKeyAndForwardedToOrigin", CACHE_KEY),
    ("Site", "DistributionConfig/ViewerCertificate/1/MinimumProtocolVersion", "TLSv1.2_2021"),
    (
        "Site",
        "DistributionConfig/Origins/2/CustomOriginConfig",
        "{OriginProtocolPolicy: https-only, OriginSSLProtocols: [TLSv1.2]}",
    ),
    ("Site", "DistributionConfig/Origins/2/OriginCustomHeaders", EDGE_SECRET),
    ("HttpApi", "CorsConfiguration/0", "HasWebOrigins"),
    ("HttpApi", "CorsConfiguration/1/AllowOrigins", "!Ref WebOrigins"),
    ("HttpApi", "CorsConfiguration/2", "!Ref AWS::NoValue"),
    ("ApiStage", "DefaultRouteSettings/ThrottlingBurstLimit", "500"),
    ("ApiStage", "DefaultRouteSettings/ThrottlingRateLimit", "1000"),
    ("ApiStage", "AccessLogSettings/DestinationArn", "!GetAtt ApiLog.Arn"),
    ("Authorizer", "AuthorizerType", "JWT"),
    ("Authorizer", "IdentitySource", "[$request.header.Authorization]"),
    ("Authorizer", "JwtConfiguration/Issuer", ISSUER),
    ("AlarmsPolicy", "Topics", "[!Ref Alarms]"),
    ("AlarmsPolicy", "PolicyDocument/Statement", WHO_RINGS),
    ("AlarmsByMail", "Protocol", "email"),
    ("AlarmsByMail", "TopicArn", "!Ref Alarms"),
    ("AlarmsByMail", "Endpoint", "!Ref AlarmEmail"),
];

const ISSUER: &str = "!If [DomainServes, !Sub 'https://${DomainName}', !Sub 'https://${Site.DomainName}']";
const ORIGINS: &str = "[!If [DomainServes, !Sub 'https://${DomainName}', !Sub 'https://${Site.DomainName}']]";
const ARRIVALS: &str = "[{Event: 's3:ObjectCreated:*', Queue: !GetAtt PhotoQueue.Arn, \
                        Filter: {S3Key: {Rules: [{Name: prefix, Value: incoming/}]}}}]";
const LETTERS: &str = "[{Event: 's3:ObjectCreated:*', Queue: !GetAtt StreamDeadLetters.Arn}]";
const ONLY_OUR_BUCKET: &str = "{ArnEquals: {'aws:SourceArn': \
                               !Sub 'arn:${AWS::Partition}:s3:::parvis-${Stage}-incoming-${AWS::AccountId}'}, \
                               StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}}";
const WHO_RINGS: &str = "[{Sid: AlarmsAndBudgetsOfThisAccount, Effect: Allow, Action: 'sns:Publish', Resource: !Ref Alarms, \
                         Principal: {Service: [cloudwatch.amazonaws.com, budgets.amazonaws.com]}, \
                         Condition: {StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}}}]";
const CACHE_KEY: &str = "{EnableAcceptEncodingBrotli: false, EnableAcceptEncodingGzip: false, \
                         CookiesConfig: {CookieBehavior: none}, QueryStringsConfig: {QueryStringBehavior: all}, \
                         HeadersConfig: {HeaderBehavior: whitelist, Headers: [accept-language, authorization, origin]}}";
const EDGE_SECRET: &str = "[{HeaderName: parvis-edge-secret, \
                           HeaderValue: !Sub '{{resolve:secretsmanager:${EdgeSecret}:SecretString}}'}]";

pub(crate) fn yaml(text: &str) -> Value {
    serde_norway::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// What lies at a path, through `!If` and its like; null where there is nothing.
fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('/').fold(value, |value, step| {
        let value = if let Value::Tagged(tagged) = value { &tagged.value } else { value };
        step.parse::<usize>().map_or_else(|_| &value[step], |index| &value[index])
    })
}

/// Names and properties of all resources of a type.
fn all<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let resources = template["Resources"].as_mapping().expect("resources");
    let own = resources.iter().filter(move |(_, resource)| resource["Type"] == kind);
    own.map(|(name, resource)| (name.as_str().expect("a name"), &resource["Properties"]))
}

/// The stack of every domain.
pub(crate) fn stacks() -> Vec<(String, Value)> {
    let functions = parvis_catalog::functions();
    let stack = |domain: String| {
        let own: Vec<&Function> = functions.iter().filter(|f| f.domain == domain).collect();
        let stack = yaml(&crate::stack::template(&domain, &own));
        (domain, stack)
    };
    domains(&functions).into_iter().map(stack).collect()
}

#[test]
fn everything_that_protects_has_its_value() {
    let template = template();
    for &(resource, path, value) in WANTED {
        assert_eq!(*at(properties(&template, resource), path), yaml(value), "{resource}: {path}");
    }
}

#[test]
fn every_bucket_is_encrypted_closed_to_the_public_and_reached_by_tls_only() {
    let template = template();
    let buckets: Vec<(&str, &Value)> = all(&template, "AWS::S3::Bucket").collect();
    assert!(buckets.len() >= 4, "{}", buckets.len());
    for (name, bucket) in buckets {
        let algorithm =
            "BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/SSEAlgorithm";
        assert_eq!(*at(bucket, algorithm), "AES256", "{name}");
        let closed =
            "{BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}";
        assert_eq!(bucket["PublicAccessBlockConfiguration"], yaml(closed), "{name}");
        assert_eq!(*at(bucket, "OwnershipControls/Rules"), yaml("[{ObjectOwnership: BucketOwnerEnforced}]"), "{name}");
        let own = |policy: &&Value| policy["Bucket"] == yaml(&format!("!Ref {name}"));
        let policy = all(&template, "AWS::S3::BucketPolicy").map(|(_, policy)| policy).find(own);
        let statements = &policy.unwrap_or_else(|| panic!("{name} has no policy"))["PolicyDocument"]["Statement"];
        let refused = yaml(&format!(
            "{{Sid: EncryptedConnectionsOnly, Effect: Deny, Principal: '*', Action: 's3:*', \
              Resource: [!GetAtt {name}.Arn, !Sub '${{{name}.Arn}}/*'], \
              Condition: {{Bool: {{'aws:SecureTransport': 'false'}}}}}}"
        ));
        let statements = statements.as_sequence().expect("statements");
        assert!(statements.contains(&refused), "{name}");
        // Who else may do anything there are our own distributions, to read.
        for statement in statements.iter().filter(|statement| **statement != refused) {
            assert_eq!(statement["Principal"], yaml("{Service: cloudfront.amazonaws.com}"), "{name}");
            assert!(["s3:GetObject", "s3:ListBucket"].iter().any(|a| statement["Action"] == *a), "{name}");
            let from = at(statement, "Condition/StringEquals/aws:SourceArn");
            let Value::Tagged(from) = from else { panic!("{name} answers whoever asks: {statement:?}") };
            let from = from.value.as_str().expect("text");
            let ours = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/";
            assert!(["${Site}", "${Media}"].iter().any(|d| from == format!("{ours}{d}")), "{name}: {from}");
        }
    }
}

#[test]
fn every_queue_is_encrypted_and_its_dead_letters_outlive_it() {
    let template = template();
    for (name, queue) in all(&template, "AWS::SQS::Queue") {
        assert_eq!(queue["SqsManagedSseEnabled"], true, "{name}");
        // Four days for a message that nobody takes, the most there is for one that was given up.
        let dead = queue.get("RedrivePolicy").map(|policy| &policy["deadLetterTargetArn"]);
        let days = if dead.is_some() { 4 } else { 14 };
        assert_eq!(queue["MessageRetentionPeriod"], days * 86400, "{name}");
        let wanted = yaml(&format!("!GetAtt {}.Arn", name.replace("Queue", "DeadLetters")));
        assert!(dead.is_none_or(|dead| *dead == wanted), "{name}: {dead:?}");
    }
}

#[test]
fn every_log_ends_and_none_names_who_called() {
    let template = template();
    let stacks = stacks();
    for (_, template) in stacks.iter().chain([&("root".to_owned(), template.clone())]) {
        let logs: Vec<_> = all(template, "AWS::Logs::LogGroup").collect();
        assert!(!logs.is_empty());
        for (name, log) in logs {
            assert_eq!(log["RetentionInDays"], yaml("!Ref LogDays"), "{name}");
        }
    }
    let days = template["Parameters"]["LogDays"]["AllowedValues"].as_sequence().expect("days");
    assert!(days.iter().all(|days| days.as_u64().is_some_and(|days| days <= 90)), "{days:?}");
    let format = at(properties(&template, "ApiStage"), "AccessLogSettings/Format").as_str().expect("text");
    let said: Vec<&str> =
        format.split('$').skip(1).map(|rest| rest.split(['"', ',']).next().expect("a name")).collect();
    let harmless =
        ["requestId", "routeKey", "status", "responseLatency", "error.responseType", "integrationErrorMessage"];
    assert_eq!(said, harmless.map(|name| format!("context.{name}")));
}

#[test]
fn every_function_is_traced_and_logs_where_logs_end() {
    let stacks = stacks();
    let traced = stacks.iter().filter(|(_, stack)| stack["Globals"]["Function"]["Tracing"] == "Active").count();
    assert_eq!(traced, stacks.len());
    for (_, stack) in &stacks {
        for (name, function) in all(stack, "AWS::Serverless::Function") {
            assert_eq!(function["LoggingConfig"], yaml(&format!("{{LogGroup: !Ref {name}Log}}")));
            assert_eq!(function.get("Tracing"), None, "{name}");
        }
    }
}

#[test]
fn every_domain_is_told_of_the_topic_of_alarms_the_logs_days_and_both_secrets() {
    let template = template();
    for (domain, _) in stacks() {
        let parameters = &properties(&template, &resource_name(&domain))["Parameters"];
        for (name, value) in [
            ("AlarmTopic", "!Ref Alarms"),
            ("LogDays", "!Ref LogDays"),
            ("LettersBucket", "!Ref LettersBucket"),
            ("SecretArn", "!Ref Secret"),
            ("EdgeSecret", "!Sub '{{resolve:secretsmanager:${EdgeSecret}:SecretString}}'"),
        ] {
            assert_eq!(parameters[name], yaml(value), "{domain}: {name}");
        }
    }
}

#[test]
fn distributions_sign_what_they_ask_of_buckets_and_speak_tls_with_everybody() {
    let template = template();
    for (name, distribution) in all(&template, "AWS::CloudFront::Distribution") {
        let distribution = &distribution["DistributionConfig"];
        for origin in distribution["Origins"].as_sequence().expect("origins") {
            let Some(_) = origin.get("S3OriginConfig") else { continue };
            let access = if origin["Id"] == "web" { "WebAccess" } else { "MediaAccess" };
            assert_eq!(origin["OriginAccessControlId"], yaml(&format!("!Ref {access}")), "{name}: {:?}", origin["Id"]);
        }
        let others = distribution.get("CacheBehaviors").and_then(Value::as_sequence).into_iter().flatten();
        for behavior in others.chain([&distribution["DefaultCacheBehavior"]]) {
            let behavior = if let Value::Tagged(choice) = behavior { &choice.value[1] } else { behavior };
            let at = format!("{name}: {:?}", behavior.get("PathPattern"));
            let policy = behavior["ViewerProtocolPolicy"].as_str();
            assert!(matches!(policy, Some("https-only" | "redirect-to-https")), "{at}: {policy:?}");
            assert!(behavior.get("ResponseHeadersPolicyId").is_some(), "{at}");
            let read_only = behavior["AllowedMethods"] == yaml("[GET, HEAD]");
            let kept = match behavior["TargetOriginId"].as_str() {
                Some("api") => yaml("!Ref ApiCache"),
                Some("photos" | "maps") => yaml("!Ref MediaCache"),
                // AWS's own CachingOptimized.
                _ => yaml("658327ea-f89d-4fab-a63d-7e88639e58f6"),
            };
            assert_eq!(behavior["CachePolicyId"], kept, "{at}");
            if !read_only {
                assert_eq!(behavior["TargetOriginId"], "api", "{at}");
                let told = "[{EventType: viewer-request, FunctionARN: !GetAtt ApiViewer.FunctionARN}]";
                assert_eq!(behavior["FunctionAssociations"], yaml(told), "{at}");
            }
        }
    }
    let signed = "{OriginAccessControlOriginType: s3, SigningBehavior: always, SigningProtocol: sigv4}";
    for (name, access) in all(&template, "AWS::CloudFront::OriginAccessControl") {
        let mut access = access["OriginAccessControlConfig"].clone();
        access.as_mapping_mut().expect("fields").remove("Name");
        assert_eq!(access, yaml(signed), "{name}");
    }
}
