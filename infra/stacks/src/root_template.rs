//! Holds the hand-written `infra/template.yaml` against the catalog. (That each nested stack gets exactly the parameters it
//! declares is cfn-lint's to check.)

use std::collections::BTreeSet;

use parvis_edge::{Function, Index, Queue, Trigger};
use serde_norway::Value;

use crate::domains;
use crate::new_function::tagged;
use crate::stack::resource_name;

pub(crate) fn template() -> Value {
    let text = include_str!("../../template.yaml");
    let mut template: Value = serde_norway::from_str(text).expect("infra/template.yaml is YAML");
    template.apply_merge().expect("its merge keys fit");
    template
}

pub(crate) fn properties<'a>(template: &'a Value, resource: &str) -> &'a Value {
    &template["Resources"][resource]["Properties"]
}

#[test]
fn the_table_has_the_indexes_that_grants_can_name() {
    let template = template();
    let table = properties(&template, "Table");
    let indexes = table["GlobalSecondaryIndexes"].as_sequence().expect("a list");
    let names: Vec<&str> = indexes.iter().filter_map(|i| i["IndexName"].as_str()).collect();
    assert_eq!(names, Index::ALL.map(Index::name));
    let told = include_str!("../../../ARCHITECTURE.md");
    assert!(told.contains("stream and TTL; six sparse indexes") && names.len() == 6, "ARCHITECTURE.md counts them");
    for index in indexes {
        let name = index["IndexName"].as_str().expect("a name");
        let keys: Vec<&str> = index["KeySchema"]
            .as_sequence()
            .expect("keys")
            .iter()
            .filter_map(|k| k["AttributeName"].as_str())
            .collect();
        assert_eq!(keys, [format!("{name}_pk"), format!("{name}_sk")]);
        assert_eq!(index["Projection"]["ProjectionType"], "ALL", "{name}");
    }
    assert_eq!(table["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert_eq!(table["TimeToLiveSpecification"]["AttributeName"], "ttl");
}

#[test]
fn every_domain_with_functions_is_a_nested_stack_and_no_other() {
    let template = template();
    let resources = template["Resources"].as_mapping().expect("resources");
    let mut nested: Vec<String> = resources
        .iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Application")
        .map(|(_, resource)| resource["Properties"]["Location"].as_str().expect("a location").to_owned())
        .collect();
    nested.sort();
    let wanted: Vec<String> =
        domains(&parvis_catalog::functions()).iter().map(|d| format!("generated/{d}.yaml")).collect();
    assert_eq!(nested, wanted, "infra/template.yaml has one `AWS::Serverless::Application` per domain");
}

#[test]
fn a_queue_hides_a_message_six_times_as_long_as_its_function_may_run_and_has_dead_letters() {
    let template = template();
    let functions = parvis_catalog::functions();
    for (queue, resource) in Queue::ALL.into_iter().zip(["NoticeQueue", "PhotoQueue"]) {
        let reads = |f: &&Function| matches!(&f.trigger, Trigger::Queue(q) if *q == queue);
        let reader = functions.iter().find(reads).unwrap_or_else(|| panic!("nobody reads {}", queue.name()));
        let properties = properties(&template, resource);
        let hidden = properties["VisibilityTimeout"].as_u64().expect("seconds");
        assert_eq!(hidden, u64::from(reader.timeout_s) * 6, "{resource} is read by {}", reader.id);
        assert_eq!(properties["RedrivePolicy"]["maxReceiveCount"], 5, "{resource}");
    }
}

#[test]
fn nothing_that_keeps_data_goes_with_the_stack() {
    let template = template();
    for resource in ["Table", "IncomingBucket", "PhotosBucket", "ExportsBucket", "LettersBucket", "Secret", "TokenKey"]
    {
        let resource = &template["Resources"][resource];
        assert_eq!(resource["DeletionPolicy"], "Retain");
        assert_eq!(resource["UpdateReplacePolicy"], "Retain");
    }
    assert_eq!(properties(&template, "Table")["DeletionProtectionEnabled"], true);
}

#[test]
fn what_a_reader_of_the_stream_gave_up_on_is_kept_for_two_weeks_and_told() {
    let template = template();
    let bucket = properties(&template, "LettersBucket");
    let rule = &bucket["LifecycleConfiguration"]["Rules"][0];
    assert_eq!((&rule["Status"], &rule["ExpirationInDays"]), (&"Enabled".into(), &14.into()));
    let told = &bucket["NotificationConfiguration"]["QueueConfigurations"][0];
    assert_eq!(
        (&told["Event"], &told["Queue"]),
        (&"s3:ObjectCreated:*".into(), &tagged("!GetAtt StreamDeadLetters.Arn"))
    );
    let policy = &properties(&template, "StreamDeadLettersPolicy")["PolicyDocument"]["Statement"][0];
    assert_eq!(policy["Resource"], told["Queue"]);
    // The same name twice: the queue's policy names the bucket before it exists.
    let name = "parvis-${Stage}-letters-${AWS::AccountId}";
    let arn = format!("arn:${{AWS::Partition}}:s3:::{name}");
    assert_eq!(bucket["BucketName"], tagged(&format!("!Sub {name:?}")));
    assert_eq!(policy["Condition"]["ArnEquals"]["aws:SourceArn"], tagged(&format!("!Sub {arn:?}")));
}

#[test]
fn the_authorizer_accepts_the_audience_of_our_tokens_and_waits_for_the_discovery_document() {
    let template = template();
    let authorizer = &template["Resources"]["Authorizer"];
    let audience = &authorizer["Properties"]["JwtConfiguration"]["Audience"];
    assert_eq!(audience[0], parvis_edge::token::AUDIENCE);
    let before = resource_name(crate::parameters::BEFORE_THE_AUTHORIZER);
    assert!(authorizer["DependsOn"].as_sequence().expect("a list").iter().any(|d| *d == before.as_str()));
}

#[test]
fn pages_of_other_origins_may_send_and_read_every_header_that_the_api_documents_but_for_that_of_the_cookie() {
    let template = template();
    let cors = &properties(&template, "HttpApi")["CorsConfiguration"];
    let Value::Tagged(cors) = cors else { panic!("it is conditional: {cors:?}") };
    let list = |name: &str| -> BTreeSet<String> {
        let list = cors.value[1][name].as_sequence().expect("a list");
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let document = parvis_edge::openapi::document(&parvis_catalog::functions());
    let operations: Vec<&serde_json::Value> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|path| path.as_object().expect("operations").values())
        .collect();
    let sent = operations.iter().flat_map(|o| o["parameters"].as_array().into_iter().flatten());
    let sent = sent.filter(|p| p["in"] == "header").filter_map(|p| p["name"].as_str()).map(str::to_lowercase);
    // But for the one of the session's cookie, which belongs to the platform's own pages: no other origin may send it.
    let own = "parvis-session";
    let sent: BTreeSet<String> = sent.collect();
    assert!(sent.contains(own) && !list("AllowHeaders").contains(own));
    assert_eq!(cors.value[1].get("AllowCredentials"), None);
    let sent = sent.into_iter().filter(|name| name != own);
    // Bodies and tokens have headers that no parameter names.
    let always = ["authorization", "content-type"].map(str::to_owned);
    assert_eq!(list("AllowHeaders"), sent.chain(always).collect());
    let read = operations.iter().flat_map(|o| o["responses"].as_object().expect("responses").values());
    let read = read.flat_map(|r| r["headers"].as_object().into_iter().flatten()).map(|(name, _)| name.to_lowercase());
    // Problems carry it (edge::request).
    assert_eq!(list("ExposeHeaders"), read.chain(["retry-after".to_owned()]).collect());
}
