//! Who may not call is refused: for every endpoint there is, and before anything is said about its input.

use parvis_catalog::functions;
use parvis_domain::{AccountId, CommuneId};
use parvis_edge::{Access, Class, Http, Method};
use parvis_store::Role;
use parvis_testkit::{Actor, Answer, Call, Town, run};
use serde_json::json;

/// The rules that admit nobody but staff.
const STAFF_ONLY: [Access; 3] = [Access::Member, Access::Staff, Access::Administrator];

/// Every endpoint that some rule guards.
fn endpoints(guarded: impl Fn(Access) -> bool) -> Vec<(String, Http)> {
    let all = functions().into_iter().filter_map(|f| Some((f.id.clone(), f.http()?.clone())));
    all.filter(|(_, http)| guarded(http.access)).collect()
}

/// A call of an endpoint in `commune`. Its ids name nothing, and its body is no good: a refusal comes first.
fn call(actor: &Actor, http: &Http, commune: &CommuneId) -> Call {
    let id = AccountId::new(jiff::Timestamp::now()).to_string();
    let fill = |segment: &str| match segment {
        "{commune}" => commune.to_string(),
        segment if segment.starts_with('{') => id.clone(),
        segment => segment.to_owned(),
    };
    let path: Vec<String> = http.route.path.split('/').map(fill).collect();
    let method = http.route.method.as_str().parse().expect("a method");
    actor.call(method, &path.join("/")).json(&json!({"not": "what it takes"}))
}

#[track_caller]
fn refused(id: &str, answer: Answer, code: &str) {
    println!("{id}: {answer}");
    answer.problem(code);
}

#[test]
fn a_guest_is_refused_where_a_session_is_needed() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for (id, http) in endpoints(Access::needs_token) {
            refused(&id, call(&guest, &http, &town.id).await, "unauthenticated");
        }
    });
}

#[test]
fn a_resident_is_refused_where_staff_is_needed() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        for (id, http) in endpoints(|access| STAFF_ONLY.contains(&access)) {
            refused(&id, call(&claire, &http, &town.id).await, "forbidden");
        }
    });
}

#[test]
fn staff_without_their_second_factor_are_refused_and_told_what_to_do() {
    run(async {
        let town = Town::new().await;
        let mut nadia = town.member(Role::Administrator, &[], "Nadia Roux").await;
        let guarded = || endpoints(|access| matches!(access, Access::Staff | Access::Administrator));
        for (id, http) in guarded() {
            let answer = call(&nadia, &http, &town.id).await;
            assert_eq!(answer.json["errors"][0]["code"], "enrol", "{id}: {answer}");
            refused(&id, answer, "second_factor_required");
        }
        nadia.enrol().await;
        nadia.sign_in(nadia.contact.clone().expect("a mailbox")).await;
        for (id, http) in guarded() {
            let answer = call(&nadia, &http, &town.id).await;
            assert_eq!(answer.json["errors"][0]["code"], "code", "{id}: {answer}");
            refused(&id, answer, "second_factor_required");
        }
    });
}

#[test]
fn operators_without_their_second_factor_are_refused_everywhere_and_told_what_to_do() {
    run(async {
        let town = Town::new().await;
        let mut camille = Actor::new_operator().await;
        let guarded = || endpoints(|access| access == Access::Operator);
        for (id, http) in guarded() {
            let answer = call(&camille, &http, &town.id).await;
            assert_eq!(answer.json["errors"][0]["code"], "enrol", "{id}: {answer}");
            refused(&id, answer, "second_factor_required");
        }
        camille.enrol().await;
        for (id, http) in guarded() {
            let answer = call(&camille, &http, &town.id).await;
            assert_ne!(answer.json["type"], "urn:parvis:problem:second_factor_required", "{id}: {answer}");
        }
        // Another session of the same person has not passed.
        camille.sign_in(camille.contact.clone().expect("a mailbox")).await;
        for (id, http) in guarded() {
            let answer = call(&camille, &http, &town.id).await;
            assert_eq!(answer.json["errors"][0]["code"], "code", "{id}: {answer}");
            refused(&id, answer, "second_factor_required");
        }
    });
}

#[test]
fn an_agent_is_refused_where_an_administrator_is_needed() {
    run(async {
        let town = Town::new().await;
        let agent = town.agent().await;
        for (id, http) in endpoints(|access| access == Access::Administrator) {
            refused(&id, call(&agent, &http, &town.id).await, "forbidden");
        }
    });
}

#[test]
fn nobody_of_a_commune_is_let_in_where_an_operator_is_needed() {
    run(async {
        let town = Town::new().await;
        for actor in [town.resident().await, town.agent().await, town.administrator().await] {
            let guarded = endpoints(|access| access == Access::Operator);
            assert!(!guarded.is_empty());
            for (id, http) in guarded {
                refused(&id, call(&actor, &http, &town.id).await, "forbidden");
            }
        }
    });
}

#[test]
fn an_operator_who_left_is_refused_at_once() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        operator.get("communes").await.expect(200);
        remove_from_staff(&operator).await;
        for (id, http) in endpoints(|access| access == Access::Operator) {
            refused(&id, call(&operator, &http, &town.id).await, "forbidden");
        }
    });
}

#[test]
fn an_operator_is_nobody_in_a_commune() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        for (id, http) in endpoints(|access| access.in_commune() && access != Access::Commune) {
            refused(&id, call(&operator, &http, &town.id).await, "forbidden");
        }
    });
}

#[test]
fn the_operators_tenant_is_no_commune_but_for_signing_in_and_out() {
    run(async {
        let (operator, tenant) = (Actor::operator().await, CommuneId::operators());
        let guest = operator.signed_out();
        for (id, http) in endpoints(Access::in_commune).into_iter().filter(|(_, http)| !http.entrance) {
            let actor = if http.access.needs_token() { &operator } else { &guest };
            refused(&id, call(actor, &http, &tenant).await, "not_found");
        }
    });
}

#[test]
fn nothing_of_a_suspended_commune_can_be_written_by_anybody_but_what_is_their_own() {
    run(async {
        let town = Town::new().await;
        let (guest, claire) = (town.guest().await, town.resident().await);
        let (agent, administrator) = (town.agent().await, town.administrator().await);
        let suspend = format!("communes/{}/suspend", town.id);
        Actor::operator().await.post(&suspend, json!({"reason": "facture impayée"})).await.expect(200);
        for (id, http) in endpoints(Access::in_commune) {
            if http.route.method == Method::Get || http.entrance {
                continue;
            }
            // What is people's own stays their right.
            if http.limit == Class::Own {
                let answer = call(&claire, &http, &town.id).await;
                assert_ne!(answer.json["type"], "urn:parvis:problem:commune_suspended", "{id}: {answer}");
                continue;
            }
            for actor in [&guest, &claire, &agent, &administrator] {
                let guest = actor.access_token.is_none();
                let code = if guest && http.access.needs_token() { "unauthenticated" } else { "commune_suspended" };
                refused(&id, call(actor, &http, &town.id).await, code);
            }
        }
    });
}

#[test]
fn somebody_of_another_commune_is_refused_wherever_a_token_counts() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        for stranger in [there.resident().await, there.agent().await, there.administrator().await] {
            for (id, http) in endpoints(|access| access.in_commune() && access != Access::Commune) {
                refused(&id, call(&stranger, &http, &here.id).await, "forbidden");
            }
        }
    });
}

#[test]
fn an_agent_who_left_is_refused_at_once() {
    run(async {
        let town = Town::new().await;
        let agent = town.agent().await;
        let member = agent.opened().await.staff_member(agent.account_id()).await.unwrap();
        assert!(member.is_some());
        remove_from_staff(&agent).await;
        for (id, http) in endpoints(|access| STAFF_ONLY.contains(&access)) {
            refused(&id, call(&agent, &http, &town.id).await, "forbidden");
        }
    });
}

async fn remove_from_staff(agent: &Actor) {
    super::remove_from_staff(&agent.opened().await, agent.account_id()).await;
}

#[test]
fn a_commune_that_does_not_exist_is_not_found_on_every_route() {
    run(async {
        let town = Town::new().await;
        let (guest, claire) = (town.guest().await, town.resident().await);
        for unknown in ["nowhere-at-all", "a2"] {
            let unknown: CommuneId = unknown.parse().unwrap();
            for (id, http) in endpoints(Access::in_commune) {
                let actor = if http.access.needs_token() { &claire } else { &guest };
                refused(&id, call(actor, &http, &unknown).await, "not_found");
            }
        }
    });
}

#[test]
fn a_commune_that_cannot_be_a_name_is_not_found_either() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for wrong in ["A", "-a", "a%23b", "a%2Fb", &"x".repeat(41), "%00", "é"] {
            guest.get(&format!("/v1/{wrong}")).await.problem("not_found");
        }
    });
}

#[test]
fn a_token_that_is_not_one_is_refused_on_every_route_that_reads_it() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let good = claire.access_token.clone().unwrap();
        let (head, signature) = good.rsplit_once('.').unwrap();
        let swapped = if signature.starts_with('A') { "B" } else { "A" };
        let altered = format!("{head}.{swapped}{}", &signature[1..]);
        for bad in ["nonsense".to_owned(), altered] {
            claire.access_token = Some(bad);
            for (id, http) in endpoints(|access| access.in_commune() && access != Access::Commune) {
                refused(&id, call(&claire, &http, &town.id).await, "unauthenticated");
            }
        }
    });
}

#[test]
fn no_commune_can_have_an_id_that_is_an_address_of_the_platform() {
    for function in functions() {
        let Some(http) = function.http() else { continue };
        let Some(second) = http.route.path.strip_prefix("/v1/").and_then(|rest| rest.split('/').next()) else {
            continue;
        };
        let taken = second.parse().is_ok_and(|id: CommuneId| !id.is_reserved());
        assert!(!taken, "{} is at {}: add {second} to CommuneId::RESERVED", function.id, http.route.path);
    }
}
