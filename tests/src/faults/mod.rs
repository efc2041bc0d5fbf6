//! Nothing is lost and nothing is doubled, whatever fails. Random tests print their seed; `PARVIS_SEED` repeats one.

mod broadcast;
mod conflicts;
mod deliverer;
mod erasure;
mod kills;
mod model;
mod poison;
pub(crate) mod replays;

use parvis_testkit::{close_the_books, deliver_in, deliver_what_is_left};
