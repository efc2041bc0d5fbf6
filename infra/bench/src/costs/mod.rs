//! `costs`: what a month costs on AWS, from the measured units (`requests`, run first), what is assumed of a commune's use
//! (`usage.rs`) and the published prices (`infra/bench/prices.json`).

mod prices;
mod usage;

use std::collections::BTreeMap;

use parvis_edge::Trigger;

use crate::figure::Figure;
use crate::requests::{self, Row};
use prices::Prices;
use usage::Month;

/// Communes of France, and their residents.
const COMMUNES: f64 = 35_000.0;
const RESIDENTS: f64 = 68_000_000.0;
/// Communes of which a month is told one by one.
const SIZES: [u32; 3] = [500, 5_000, 50_000];

/// A function has a whole core at so many MB (Lambda's documentation); less memory is less of a core.
const MB_OF_A_CORE: f64 = 1_769.0;
/// Milliseconds of a call from a function to a service of the same region.
const ROUND_TRIP_MS: f64 = 5.0;
/// Starts of a new instance, and the milliseconds that AWS charges for one beside the request.
const COLD_STARTS: f64 = 0.05;
const COLD_START_MS: f64 = 150.0;
/// Milliseconds of a whole core for a photo of 12 MP (`photos`); its run in `requests` is of a small one, untimed.
const PHOTO_CPU_MS: f64 = 52.0;
/// GB of log of one run, and the share of runs that are traced.
const LOG_GB: f64 = 0.6e-6;
const TRACED: f64 = 0.05;

/// What is there whatever happens: minutes of a month, and receives of the pollers of two queues, five each, every 20 seconds.
const MINUTES: f64 = 60.0 * 24.0 * 30.0;
const POLLS: f64 = 2.0 * 5.0 * 3.0 * MINUTES;

/// Dollars of an SMS to France: what its price, for which no source was found, is probably between.
const SMS_RANGE: [f64; 2] = [0.05, 0.10];

/// Quantities by price.
type Quantities = BTreeMap<&'static str, f64>;

/// What one run of a function uses.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    reads: f64,
    writes: f64,
    gb_seconds: f64,
    /// Requests to SQS and to KMS.
    sqs: f64,
    kms: f64,
    s3_puts: f64,
    s3_gets: f64,
    /// Called over the HTTP API.
    by_http: bool,
    /// Called with a message of a queue, which Lambda receives and deletes.
    by_queue: bool,
}

/// The figures.
pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let prices = Prices::read()?;
    let runs = runs(&requests::rows()?)?;
    let average = Month::of(RESIDENTS / COMMUNES);
    let mut all = quantities(&runs, &average)?;
    all.values_mut().for_each(|quantity| *quantity *= COMMUNES);
    let mut figures = Vec::new();
    let mut told = |figure: String, value: f64, unit| figures.push(Figure::told(figure, value, unit));
    told("France: communes".to_owned(), COMMUNES, "1");
    told("France: residents".to_owned(), RESIDENTS, "1");
    for (channel, count) in &average.notices {
        told(format!("France, notices a month: {channel}"), count * COMMUNES, "1");
    }
    add(&mut all, &fixed(&runs)?);
    let bill = prices.bill(&all)?;
    for (id, quantity) in &all {
        told(format!("France, a month: {}", prices.words(id)?), *quantity, "1");
    }
    for (id, euros) in &bill {
        told(format!("France, euros a month: {}", prices.words(id)?), *euros, "€");
    }
    let sum: f64 = bill.values().sum();
    told("France, euros a month: all".to_owned(), sum, "€");
    told("France, euros a month and commune".to_owned(), sum / COMMUNES, "€");
    told("France, euros a year and resident".to_owned(), sum * 12.0 / RESIDENTS, "€");
    let sms = bill.get("sms").copied().unwrap_or_default();
    told("France, euros a month without SMS".to_owned(), sum - sms, "€");
    for usd in SMS_RANGE {
        let sum = sum - sms + sms * usd / prices.usd("sms")?;
        told(format!("France, euros a month: all, with SMS at ${usd:.2}"), sum, "€");
    }
    for size in SIZES {
        let bill = prices.bill(&quantities(&runs, &Month::of(f64::from(size)))?)?;
        let sum: f64 = bill.values().sum();
        told(format!("a commune of {size}, euros a month"), sum, "€");
        for (id, euros) in largest(&bill) {
            told(format!("a commune of {size}, euros a month: {}", prices.words(id)?), euros, "€");
        }
    }
    let bare = prices.bill(&fixed(&runs)?)?;
    told("a deployment without any commune, euros a month".to_owned(), bare.values().sum(), "€");
    Ok(figures)
}

/// The three dearest lines.
fn largest(bill: &BTreeMap<&'static str, f64>) -> Vec<(&'static str, f64)> {
    let mut lines: Vec<(&'static str, f64)> = bill.iter().map(|(id, euros)| (*id, *euros)).collect();
    lines.sort_by(|a, b| b.1.total_cmp(&a.1));
    lines.truncate(3);
    lines
}

/// What each measured run uses. Settings are never cached here: in a small commune no two requests meet the same instance
/// within ten seconds.
fn runs(rows: &[Row]) -> Result<BTreeMap<String, Run>, String> {
    let functions = parvis_catalog::functions();
    let settings = rows.iter().find(|row| row.name == "get_commune (settings not cached)");
    let settings = settings.ok_or("`requests` did not measure get_commune (settings not cached)")?;
    let mut runs = BTreeMap::new();
    for row in rows {
        let function = functions.iter().find(|f| f.id == row.function);
        let function = function.ok_or_else(|| format!("there is no function {}", row.function))?;
        let calls = |name: &str| row.run.iter().filter(|exchange| exchange.operation.starts_with(name)).count() as f64;
        let cpu_ms = match row.cpu_ms {
            Some(cpu) => cpu,
            None if row.function == "process_photo" => PHOTO_CPU_MS,
            None => 0.0,
        };
        let memory = f64::from(function.memory_mb);
        let trips = (row.round_trips + settings.round_trips) as f64;
        runs.insert(
            row.name.clone(),
            Run {
                reads: row.read_units + settings.read_units,
                writes: row.write_units,
                gb_seconds: gb_seconds(cpu_ms, trips, memory),
                sqs: calls("SQS"),
                kms: calls("KMS"),
                s3_puts: calls("S3 PUT"),
                s3_gets: calls("S3 GET") + calls("S3 HEAD"),
                by_http: function.http().is_some(),
                by_queue: matches!(function.trigger, Trigger::Queue(_)),
            },
        );
    }
    Ok(runs)
}

/// What Lambda charges for one run: its CPU, on the part of a core that its memory buys, its calls one after the other, and
/// its share of cold starts.
fn gb_seconds(cpu_ms: f64, round_trips: f64, memory_mb: f64) -> f64 {
    let stretched = cpu_ms * (MB_OF_A_CORE / memory_mb).max(1.0);
    let ms = (stretched + round_trips * ROUND_TRIP_MS + COLD_STARTS * COLD_START_MS).ceil();
    ms / 1_000.0 * memory_mb / 1_024.0
}

/// A month's quantities, by price.
fn quantities(runs: &BTreeMap<String, Run>, month: &Month) -> Result<Quantities, String> {
    let mut all = Quantities::new();
    for (name, count) in &month.runs {
        let run = runs.get(*name).ok_or_else(|| format!("`requests` did not measure {name}"))?;
        add(&mut all, &times(run, *count));
    }
    for (id, quantity) in &month.other {
        *all.entry(id).or_default() += quantity;
    }
    Ok(all)
}

/// How many lines of the templates are meant.
fn lines(meant: impl Fn(&str) -> bool) -> Result<f64, String> {
    let infra = crate::root().join("infra");
    let said = |e: std::io::Error| format!("{}: {e}", infra.display());
    let stacks = std::fs::read_dir(infra.join("generated")).map_err(said)?.flatten().map(|entry| entry.path());
    let mut found = 0;
    for path in stacks.chain([infra.join("template.yaml")]).filter(|path| path.extension().is_some_and(|e| e == "yaml"))
    {
        let text = std::fs::read_to_string(&path).map_err(said)?;
        found += text.lines().filter(|line| meant(line.trim_start().trim_start_matches("- "))).count();
    }
    Ok(found as f64)
}

/// How many resources of a type the templates have.
fn resources(kind: &str) -> Result<f64, String> {
    lines(|line| line == format!("Type: {kind}"))
}

/// Alarms as they are charged: one that adds many metrics up counts as so many.
fn alarms() -> Result<f64, String> {
    let (metrics, sums) = (lines(|l| l.starts_with("MetricStat:"))?, lines(|l| l.starts_with("Expression:"))?);
    Ok(resources("AWS::CloudWatch::Alarm")? + metrics - sums)
}

/// What is there whatever happens.
fn fixed(runs: &BTreeMap<String, Run>) -> Result<Quantities, String> {
    let mut all = Quantities::from([
        ("sqs", POLLS),
        ("alarms", alarms()?),
        ("kms_key", resources("AWS::KMS::Key")?),
        ("secret", resources("AWS::SecretsManager::Secret")?),
    ]);
    for function in parvis_catalog::functions() {
        let Trigger::Schedule { every_minutes } = function.trigger else { continue };
        let name = format!("{} (nothing to do)", function.id);
        let run = runs.get(&name).ok_or_else(|| format!("`requests` did not measure {name}"))?;
        let times_run = MINUTES / f64::from(every_minutes);
        add(&mut all, &times(run, times_run));
        *all.entry("schedules").or_default() += times_run;
    }
    Ok(all)
}

/// What so many runs use.
fn times(run: &Run, count: f64) -> Quantities {
    let http = if run.by_http { count } else { 0.0 };
    // Received and deleted, one by one.
    let queue = if run.by_queue { 2.0 * count } else { 0.0 };
    Quantities::from([
        ("dynamodb_reads", run.reads * count),
        ("dynamodb_writes", run.writes * count),
        ("lambda_requests", count),
        ("lambda_duration", run.gb_seconds * count),
        ("api_requests", http),
        // Everything comes through the distribution, whose function looks at each request.
        ("cdn_requests", http),
        ("cdn_functions", http),
        ("cdn_transfer", usage::answers_gb(http)),
        ("sqs", run.sqs * count + queue),
        ("kms_requests", run.kms * count),
        ("s3_puts", run.s3_puts * count),
        ("s3_gets", run.s3_gets * count),
        ("logs", LOG_GB * count),
        ("traces", TRACED * count),
    ])
}

fn add(all: &mut Quantities, more: &Quantities) {
    for (id, quantity) in more {
        *all.entry(id).or_default() += quantity;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> Run {
        Run {
            reads: 2.5,
            writes: 20.0,
            gb_seconds: 0.01,
            sqs: 1.0,
            kms: 0.0,
            s3_puts: 0.0,
            s3_gets: 0.0,
            by_http: true,
            by_queue: false,
        }
    }

    #[test]
    fn a_quarter_of_a_core_takes_four_times_as_long_and_is_charged_by_the_begun_millisecond() {
        // At 442.25 MB: 3 ms of CPU are 12 ms, two calls 10 ms, cold starts 7.5 ms: 29.5, charged as 30 ms.
        let expected = 0.030 * 442.25 / 1_024.0;
        assert!((gb_seconds(3.0, 2.0, 442.25) - expected).abs() < 1e-12);
        // More than a core does not make it faster: 100 + 5 + 7.5 is charged as 113 ms.
        assert!((gb_seconds(100.0, 1.0, 3_538.0) - 0.113 * 3_538.0 / 1_024.0).abs() < 1e-12);
    }

    #[test]
    fn runs_are_multiplied_and_added_up() {
        let mut all = times(&run(), 1_000.0);
        add(&mut all, &times(&Run { by_http: false, by_queue: true, ..run() }, 10.0));
        assert_eq!(all["dynamodb_reads"], 2_525.0);
        assert_eq!(all["dynamodb_writes"], 20_200.0);
        assert_eq!(all["lambda_requests"], 1_010.0);
        assert_eq!(all["api_requests"], 1_000.0);
        // One call of each run, and two of Lambda's for each message.
        assert_eq!(all["sqs"], 1_000.0 + 10.0 + 20.0);
    }

    #[test]
    fn every_quantity_has_a_price_and_the_dearest_come_first() {
        let prices = Prices::read().unwrap();
        let month = Month::of(4_500.0);
        let runs: BTreeMap<String, Run> = month.runs.iter().map(|(name, _)| ((*name).to_owned(), run())).collect();
        let bill = prices.bill(&quantities(&runs, &month).unwrap()).unwrap();
        let largest = largest(&bill);
        assert_eq!(largest.len(), 3);
        assert!(largest[0].1 >= largest[1].1 && largest[1].1 >= largest[2].1);
        assert!(bill.values().all(|euros| *euros >= 0.0));
        let missing = quantities(&BTreeMap::new(), &month).unwrap_err();
        assert!(missing.contains("did not measure"), "{missing}");
    }
}
