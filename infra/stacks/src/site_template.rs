//! Holds the distribution in `infra/template.yaml` against the files of `infra/web`, which the local server and the tests of
//! the functions read too.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_norway::Value;

use crate::root_template::{properties, template};

#[test]
fn the_functions_of_the_distribution_are_those_that_are_tested() {
    let template = template();
    for (resource, file) in
        [("WebServed", include_str!("../../web/served.js")), ("ApiViewer", include_str!("../../web/viewer.js"))]
    {
        assert_eq!(properties(&template, resource)["FunctionCode"], *file, "{resource} and its file differ");
    }
    let Value::Tagged(security) = &properties(&template, "WebSecurity")["FunctionCode"] else {
        panic!("it is no !Sub")
    };
    assert_eq!(security.value, *include_str!("../../web/security.js"), "WebSecurity and its file differ");
}

#[test]
fn who_found_a_weakness_is_answered_before_the_api_where_the_operator_named_a_contact() {
    let template = template();
    let behaviors = properties(&template, "Site")["DistributionConfig"]["CacheBehaviors"].as_sequence();
    let behaviors = behaviors.expect("behaviours");
    let security = behaviors.iter().position(|b| matches!(b, Value::Tagged(_))).expect("a condition");
    let api = behaviors.iter().position(|b| b["PathPattern"] == "/.well-known/*").expect("the API's");
    assert!(security < api, "the first path that fits answers");
    let Value::Tagged(security) = &behaviors[security] else { panic!("it is conditional") };
    assert_eq!((security.tag.to_string().as_str(), &security.value[0]), ("!If", &"HasSecurityContact".into()));
    let security = &security.value[1];
    assert_eq!(security["PathPattern"], "/.well-known/security.txt");
    let function = serde_norway::from_str::<Value>("!GetAtt WebSecurity.FunctionARN").expect("YAML");
    assert_eq!(security["FunctionAssociations"][0]["FunctionARN"], function);
    assert_eq!(template["Resources"]["WebSecurity"]["Condition"], "HasSecurityContact");
    assert_eq!(template["Parameters"]["SecurityContact"]["Default"], "", "nobody's address is in the repository");
}

#[test]
fn pages_get_the_headers_that_the_local_server_gives_and_hsts() {
    let template = template();
    let policy = &properties(&template, "WebHeaders")["ResponseHeadersPolicyConfig"];
    let security = policy["SecurityHeadersConfig"].as_mapping().expect("headers");
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    for (name, header) in security {
        assert_eq!(header["Override"], true, "{name:?}");
        let text = |field: &str| header[field].as_str().expect("text").to_owned();
        let (name, value) = match name.as_str().expect("a name") {
            "ContentSecurityPolicy" => ("content-security-policy", substituted(&header["ContentSecurityPolicy"])),
            "ContentTypeOptions" => ("x-content-type-options", "nosniff".to_owned()),
            "ReferrerPolicy" => ("referrer-policy", text("ReferrerPolicy")),
            "StrictTransportSecurity" => {
                let seconds = header["AccessControlMaxAgeSec"].as_u64().expect("seconds");
                ("strict-transport-security", format!("max-age={seconds}"))
            }
            other => panic!("infra/web/headers.json has no {other}"),
        };
        given.insert(name.to_owned(), value);
    }
    for item in policy["CustomHeadersConfig"]["Items"].as_sequence().expect("headers") {
        assert_eq!(item["Override"], true);
        let text = |field: &str| item[field].as_str().expect("text").to_owned();
        given.insert(text("Header"), text("Value"));
    }
    let table: BTreeMap<String, BTreeMap<String, String>> =
        serde_json::from_str(include_str!("../../web/headers.json")).expect("two tables of headers");
    let wanted: BTreeMap<String, String> = table.into_values().flatten().collect();
    assert_eq!(given, wanted);
}

/// The text of a `!Sub` with its places still in it.
fn substituted(value: &Value) -> String {
    let Value::Tagged(sub) = value else { panic!("{value:?} is no !Sub") };
    assert_eq!(sub.tag, "Sub");
    sub.value[0].as_str().expect("text").to_owned()
}

#[test]
fn maps_and_addresses_come_from_the_same_place_as_on_one_machine() {
    let template = template();
    let config: Json = serde_json::from_str(include_str!("../../web/config.json")).expect("JSON");
    let usual = |parameter: &str| template["Parameters"][parameter]["Default"].clone();
    assert_eq!(usual("TilesUrl"), config["tiles"]["url"].as_str().expect("an address"));
    assert_eq!(usual("TilesAttribution"), config["tiles"]["attribution"].as_str().expect("a name"));
    assert_eq!(usual("TilesMaxZoom"), config["tiles"]["max_zoom"].as_u64().expect("a number"));
    assert_eq!(usual("TileHosts"), config["tile_hosts"].as_str().expect("hosts"));
    assert_eq!(usual("GeocoderUrl"), config["geocoder"]["url"].as_str().expect("an address"));
    let code = substituted(&properties(&template, "WebConfig")["FunctionCode"]);
    for field in ["tiles: ${Tiles}", "geocoder: ${Geocoder}", "stage: '${Stage}'"] {
        assert!(code.contains(field), "{field}: {code}");
    }
}

#[test]
fn the_api_is_behind_the_same_host_and_nothing_of_it_is_kept_longer_than_it_says() {
    let template = template();
    let site = &properties(&template, "Site")["DistributionConfig"];
    let behaviors = site["CacheBehaviors"].as_sequence().expect("behaviours");
    let of = |target: &str| -> Vec<&str> {
        let own = behaviors.iter().filter(|b| b["TargetOriginId"] == target);
        own.map(|b| b["PathPattern"].as_str().expect("a path")).collect()
    };
    assert_eq!((of("api"), of("web")), (vec!["/v1/*", "/.well-known/*"], vec!["/web.json"]));
    assert_eq!(of("maps"), ["/maps/*"]);
    let policy = &properties(&template, "PhotosBucketPolicy")["PolicyDocument"]["Statement"];
    let of_site = policy.as_sequence().expect("statements").iter().find(|s| s["Sid"] == "TheSiteReadsMaps");
    let readable = format!("{:?}", of_site.expect("a statement")["Resource"]);
    assert!(readable.contains("${PhotosBucket.Arn}/maps/*"), "the site reads maps and no picture: {readable}");
    for behavior in behaviors.iter().filter(|b| b["TargetOriginId"] == "api") {
        // What it does: docs/operating.md's address of a caller, and no other header of the caller's is lost.
        assert_eq!(behavior["OriginRequestPolicyId"], "b689b0a8-53d0-40ab-baf2-68738e2966ac");
        assert_eq!(behavior["FunctionAssociations"].as_sequence().expect("one").len(), 1);
    }
    let cache = &properties(&template, "ApiCache")["CachePolicyConfig"];
    assert_eq!((&cache["MinTTL"], &cache["DefaultTTL"]), (&Value::from(0), &Value::from(0)));
    let key = &cache["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]["Headers"];
    assert!(key.as_sequence().expect("headers").iter().any(|name| name == "authorization"));
    let errors = site["CustomErrorResponses"].as_sequence().expect("codes");
    assert!(errors.iter().all(|e| e["ErrorCachingMinTTL"] == 0 && e.get("ResponsePagePath").is_none()), "{errors:?}");
    assert!(errors.iter().any(|e| e["ErrorCode"] == 404));
}
