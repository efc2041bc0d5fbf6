//! Every endpoint of a module is refused where the module is off, by data on the endpoint and not by its code.

use parvis_catalog::functions;
use parvis_domain::Module;
use parvis_edge::{Access, Http};
use parvis_testkit::{Actor, Town, run};
use serde_json::json;

fn of_modules() -> Vec<(String, String, Http, Module)> {
    let all = functions().into_iter().filter_map(|f| Some((f.id.clone(), f.domain.clone(), f.http()?.clone())));
    all.filter_map(|(id, domain, http)| Some((id, domain, http.clone(), http.module?))).collect()
}

/// Calls an endpoint with ids that name nothing and a body that is no good: being switched off comes first.
async fn call(actor: &Actor, http: &Http) -> parvis_testkit::Answer {
    let path = http.route.path.replace("{commune}", actor.commune.as_str()).replace(['{', '}'], "");
    let method = http.route.method.as_str().parse().expect("a method");
    actor.call(method, &path).json(&json!({ "not": "what it takes" })).await
}

#[test]
fn every_endpoint_of_a_module_is_refused_where_that_module_is_off_and_only_there() {
    run(async {
        for module in Module::ALL {
            let others: Vec<Module> = Module::ALL.into_iter().filter(|m| *m != module).collect();
            let without = Town::with(|settings| settings["modules"] = json!(others)).await;
            let with = Town::with(|settings| settings["modules"] = json!([module])).await;
            let (here, there) = (without.administrator().await, with.administrator().await);
            let endpoints: Vec<_> = of_modules().into_iter().filter(|(.., m)| *m == module).collect();
            assert!(!endpoints.is_empty(), "nothing belongs to the module {}", module.as_str());
            for (id, _, http, _) in endpoints {
                let refused = call(&here, &http).await;
                println!("{id}: {refused}");
                let named = match module {
                    Module::Reports => "les signalements",
                    Module::Map => "le module carte",
                    Module::Alerts => "le module alertes",
                };
                assert!(refused.problem("module_off").text("detail").contains(named));
                let taken = call(&there, &http).await;
                assert_ne!(taken.json["type"], "urn:parvis:problem:module_off", "{id}: {taken}");
            }
        }
    });
}

#[test]
fn a_module_is_asked_about_only_where_there_is_a_commune() {
    for (id, domain, http, _) in of_modules() {
        assert!(http.access != Access::Open, "{id} has a module and no commune");
        let always = ["identity", "platform", "communes", "notices", "operators"];
        assert!(!always.contains(&domain.as_str()), "{id}: who has an account keeps it, whatever is switched off");
    }
}

#[test]
fn the_document_says_which_routes_belong_to_a_module() {
    let document = parvis_edge::openapi::document(&functions());
    for (id, _, http, module) in of_modules() {
        let operation = &document["paths"][http.route.path][http.route.method.as_str().to_ascii_lowercase()];
        assert_eq!(operation["x-parvis-module"], module.as_str(), "{id}");
        assert!(operation["description"].as_str().is_some_and(|text| text.contains("module_off")), "{id}");
    }
}

#[test]
fn whatever_residents_do_with_reports_photos_and_alerts_waits_for_the_launch() {
    // Goes on with a report that was taken; is for staff; sets the commune up.
    let others = [
        "confirm_report",
        "list_inbox",
        "put_logo",
        "delete_logo",
        "create_map_file",
        "put_map_file",
        "delete_map_file",
    ];
    for function in functions() {
        let Some(http) = function.http() else { continue };
        let of_residents = ["reports", "photos", "alerts"].contains(&function.domain.as_str());
        let waits = of_residents && !others.contains(&function.id.as_str());
        assert_eq!(http.launched, waits, "{}: set Endpoint::LAUNCHED, or list it here", function.id);
    }
}

#[test]
fn nothing_that_waits_for_the_launch_answers_a_guest_or_a_resident_before_it() {
    run(async {
        let draft = Town::in_draft().await;
        let training = Town::in_draft().await;
        training.launch(json!({ "phase": "training" })).await;
        let (guest, tester) = (draft.guest().await, training.resident().await);
        let mut tried = 0;
        for function in functions() {
            let Some(http) = function.http().filter(|http| http.launched) else { continue };
            if !http.access.needs_token() {
                call(&guest, http).await.problem("not_yet_here");
            }
            if http.access == Access::Staff {
                // Never answers a resident at all.
                call(&tester, http).await.problem("forbidden");
                continue;
            }
            call(&tester, http).await.problem("not_yet_here");
            tried += 1;
        }
        assert!(tried > 10, "{tried}");
    });
}
