//! Schedule: tells those who asked that their commune is open to everybody, each once.

use std::time::{Duration, Instant};

use futures::StreamExt;
use parvis_domain::{Contact, sms, texts};
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::item::{Attributes, commune_of, from_attributes};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::{ABOUT_LAUNCH, Announcement, Commune, Interest, StoreError, watch};

/// Communes looked at in one run and shard.
const BATCH: u32 = 10;
/// Entries read at a time.
const PAGE: u32 = 100;
/// Entries told side by side.
const WIDTH: usize = 8;
/// Nobody is told later in a run; each takes ten seconds at most.
const BUDGET: Duration = Duration::from_secs(200);
/// Whoever could not be told so often, over some hours, is not told any more.
const MOST_TRIES: u32 = 50;

/// See the module.
pub struct AnnounceLaunches;

impl ScheduledWorker for AnnounceLaunches {
    const EVERY_MINUTES: u32 = 1;
    const SUMMARY: &'static str = "Tells those who asked that their commune is open to everybody";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::PUBLISH_SMS,
        Grant::SEND_EMAIL,
    ];
    const TIMEOUT_S: u32 = 300;

    /// How many were told. A commune that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        let (mut told, mut failed) = (0, 0);
        for shard in 0..DUE_SHARDS {
            for item in cx.store.due(DueTask::Announcement, shard, cx.now(), BATCH, None).await?.items {
                match announced(cx, item, until).await {
                    Ok(more) => told += more,
                    // Another run wrote at the same moment.
                    Err(StoreError::Conflict { .. }) => {}
                    Err(error) => {
                        tracing::error!(%error, "a launch was not announced any further");
                        failed += 1;
                    }
                }
            }
        }
        if failed > 0 { Err(Failure(format!("{failed} launches were not announced any further"))) } else { Ok(told) }
    }
}

async fn announced(cx: &Cx, item: Attributes, until: Instant) -> Result<usize, StoreError> {
    let commune =
        commune_of(&item).ok_or_else(|| StoreError::Defect("an announcement without its commune".to_owned()))?;
    let announcement: Announcement = from_attributes(item)?;
    watch::relied_on(Grant::GET);
    let commune = match cx.store.commune(&commune).await {
        Ok(commune) => commune,
        // It left the platform; what is left of it goes with it.
        Err(StoreError::NotFound) => return Ok(0),
        Err(error) => return Err(error),
    };
    if !commune.announces().await? {
        return Ok(0);
    }
    let (began, mut told, mut left, mut start) = (cx.now(), 0, false, None);
    loop {
        let (page, next) = commune.interests(PAGE, start).await?;
        let all = page.into_iter().map(|interest| tell(cx, &commune, interest, until));
        let all: Vec<Result<bool, StoreError>> = futures::stream::iter(all).buffer_unordered(WIDTH).collect().await;
        for one in all {
            match one {
                Ok(true) => told += 1,
                Ok(false) => left = true,
                Err(error) => {
                    tracing::warn!(commune = %commune.id(), %error, "somebody was not told of the launch yet");
                    left = true;
                }
            }
        }
        start = next;
        if start.is_none() || Instant::now() > until {
            left |= start.is_some();
            break;
        }
    }
    commune.walked(&announcement, began, left).await?;
    Ok(told)
}

/// Tells one; whether it is done with. What is not is told by a later run.
async fn tell(cx: &Cx, commune: &Commune, found: Interest, until: Instant) -> Result<bool, StoreError> {
    if Instant::now() > until {
        return Ok(false);
    }
    let Some(held) = commune.claim_interest(found, cx.now()).await? else { return Ok(false) };
    let language = commune.settings.spoken(held.language);
    let link = format!("{}/{}", commune.store().names.public_url, commune.id());
    let words = texts::launch_open(language, &commune.settings.name, &link);
    let sent = match &held.contact {
        Contact::Phone(phone) => {
            let parts = u32::try_from(sms::parts(&words.sms)).unwrap_or(u32::MAX);
            if commune.charge_code(parts, cx.sms_budget(commune), cx.now()).await? {
                commune.send_sms(phone, &words.sms, ABOUT_LAUNCH).await
            } else {
                let detail = "the month's text messages are used up".to_owned();
                Err(StoreError::Unavailable { service: "SMS", detail })
            }
        }
        Contact::Email(email) => commune.send_mail(email, &words.email_subject, &words.email_body, ABOUT_LAUNCH).await,
    };
    match sent {
        // A phone or a mailbox that is gone cannot be told.
        Ok(_) | Err(StoreError::Gone(_)) => commune.end_interest(&held).await.map(|()| true),
        // It may be out: the claim stays, and who comes after its lease tells it (again).
        Err(error @ StoreError::InDoubt { .. }) => {
            tracing::warn!(commune = %commune.id(), %error, "nobody knows whether somebody was told of the launch");
            Ok(false)
        }
        Err(error) if held.tries >= MOST_TRIES => {
            tracing::error!(commune = %commune.id(), %error, "gave up telling somebody of the launch");
            commune.end_interest(&held).await.map(|()| true)
        }
        Err(error) => {
            commune.release_interest(held, cx.now()).await?;
            Err(error)
        }
    }
}
