//! An instance starts, or says why it does not.

use parvis_catalog::functions;
use parvis_testkit::run;

use super::instance::Instance;
use super::runtime_api::Told;

#[test]
fn every_function_starts_in_the_artefact_of_its_domain() {
    run(async {
        for function in functions() {
            Instance::start(&function.id).await;
        }
    });
}

#[test]
fn a_handler_that_is_not_there_fails_at_init_and_says_which_there_are() {
    run(async {
        // A function of another domain.
        let why = init_error("reports", "deliver_notice", &[]).await;
        assert!(
            why.contains(r#"the handler "deliver_notice" is not one of: "#) && why.contains("create_report"),
            "{why}"
        );
    });
}

#[test]
fn a_name_that_was_not_given_fails_at_init_and_is_named() {
    run(async {
        let why = init_error("reports", "create_report", &[("PARVIS_TABLE", "")]).await;
        assert!(why.contains("PARVIS_TABLE is not set"), "{why}");
    });
}

#[test]
fn half_an_endpoint_fails_at_init_and_is_named() {
    run(async {
        let why = init_error("reports", "create_report", &[("AWS_ENDPOINT_URL", "")]).await;
        assert!(why.contains("AWS_ENDPOINT_URL must be set too"), "{why}");
    });
}

/// What an instance that cannot start tells Lambda, before it ends with a failure.
async fn init_error(domain: &str, handler: &str, variables: &[(&str, &str)]) -> String {
    let mut instance = Instance::spawn(domain, handler, variables).await;
    let Told::InitError(why) = instance.told().await else { panic!("it started") };
    assert_eq!(why["errorType"], "Runtime.InitError");
    let status = instance.ended().await;
    assert!(!status.success(), "{status}");
    why["errorMessage"].as_str().expect("a message").to_owned()
}
