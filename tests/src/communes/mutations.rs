//! Whatever is sent as settings: it is taken whole or refused whole, and nothing breaks.

use parvis_testkit::{Town, run, seed};
use serde_json::{Value, json};

const ROUNDS: u32 = 200;

#[test]
fn any_mutation_of_good_settings_is_taken_whole_or_refused_whole() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let seed = seed(20_261_122);
        println!("PARVIS_SEED={seed}");
        let mut random = fastrand::Rng::with_seed(seed);
        let first = nadia.get("settings").await.expect(200);
        let (mut kept, mut version, mut refused) = (first.json.clone(), 1, 0);
        for round in 0..ROUNDS {
            // Mostly from the good ones, so that mistakes do not pile up until nothing is taken any more.
            let mut sent = if random.u8(..4) == 0 { kept.clone() } else { first.json.clone() };
            for _ in 0..random.u8(1..=2) {
                mutate(&mut sent, &mut random);
            }
            let answer = nadia.put("settings", sent.clone()).if_match(version).await;
            let now = nadia.get("settings").await.expect(200);
            match answer.status {
                200 => {
                    assert_eq!(now.json, answer.json, "round {round}: {sent}");
                    assert_eq!(now.version(), version + u64::from(now.json != kept), "round {round}: {sent}");
                    (kept, version) = (now.json.clone(), now.version());
                }
                400 | 422 => {
                    assert_eq!((&now.json, now.version()), (&kept, version), "round {round}: {sent}");
                    refused += 1;
                }
                other => panic!("round {round} of seed {seed}: {other} for {sent}\n{answer}"),
            }
        }
        assert!(version > 10 && refused > 50, "version {version}, {refused} refused: the mutations do not try enough");
        let commune = nadia.opened().await;
        let (acts, gaps) = commune.verify_audit(jiff::Timestamp::now()).await.unwrap();
        assert_eq!(
            (u64::from(acts), gaps),
            (version, vec![]),
            "one entry for each change, and one for the second factor"
        );
        for _ in 1..version {
            let now = nadia.get("settings").await.expect(200).version();
            nadia.post("settings/undo", Value::Null).if_match(now).await.expect(200);
        }
        assert_eq!(nadia.get("settings").await.expect(200).json, first.json, "undone to the first");
    });
}

/// Replaces, removes or doubles something, anywhere.
fn mutate(value: &mut Value, random: &mut fastrand::Rng) {
    let deeper = random.u8(..5) > 0;
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let name = fields.keys().nth(random.usize(..fields.len())).cloned().unwrap_or_default();
            match (deeper, random.u8(..3)) {
                (true, _) => mutate(&mut fields[&name], random),
                (false, 0) => drop(fields.remove(&name)),
                (false, 1) => drop(fields.insert(format!("{name}x"), odd(random))),
                (false, _) => fields[&name] = odd(random),
            }
        }
        Value::Array(list) if !list.is_empty() => {
            let at = random.usize(..list.len());
            match (deeper, random.u8(..3)) {
                (true, _) => mutate(&mut list[at], random),
                (false, 0) => drop(list.remove(at)),
                (false, 1) => list.push(list[at].clone()),
                (false, _) => list[at] = odd(random),
            }
        }
        Value::String(text) if deeper => match random.u8(..3) {
            0 => text.push_str("-é"),
            1 => text.truncate(text.char_indices().nth(1).map_or(0, |(at, _)| at)),
            _ => *text = "Autre nom".to_owned(),
        },
        Value::Number(number) if deeper => *value = json!(number.as_f64().unwrap_or_default() * 1.5 - 1.0),
        Value::Bool(yes) if deeper => *yes = !*yes,
        _ => *value = odd(random),
    }
}

fn odd(random: &mut fastrand::Rng) -> Value {
    let odd = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(4_294_967_296_u64),
        json!(""),
        json!("voirie"),
        json!("\u{0}\u{202e}"),
        json!("x".repeat(20_000)),
        json!([]),
        json!([[]]),
        json!({}),
        json!({ "id": "voirie" }),
        json!({ "type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0], [0, 0]]] }),
    ];
    odd[random.usize(..odd.len())].clone()
}
