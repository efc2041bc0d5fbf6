//! Types and rules of every domain of Parvis; sync and pure: knows no AWS, no HTTP and no clock.

mod alert;
mod background;
mod bbox;
mod boundary;
mod calendar;
mod cells;
mod change;
mod colour;
mod contact;
mod country;
mod email;
mod event;
mod hours;
mod ids;
mod invalid;
mod kind;
mod launch;
pub mod limit;
mod module;
mod month;
mod open;
mod outline;
mod phone;
mod place;
mod pmtiles;
mod public_phone;
mod question;
mod report;
mod retention;
mod role;
mod settings;
mod settings_change;
mod settings_check;
pub mod sms;
mod status;
mod text;
pub mod texts;
mod totp;
mod transition;
mod trial;
mod view;

pub use alert::{Alert, AlertCategory, AlertEnd, NewAlert, NotEnded, Severity};
pub use background::{Background, check_attribution};
pub use bbox::BBox;
pub use boundary::Boundary;
pub use calendar::{DayCount, Expected, expected_date, is_public_holiday, paris, public_holidays, today};
pub use cells::{
    MAX_RANGES, cell_at, cell_centre, cell15, cells_near, children_range, ranges_covering, resolution_for_zoom,
};
pub use change::{Change, NewComment, Refused};
pub use colour::{Colour, Colours, contrast};
pub use contact::{Channel, Contact, Language};
pub use country::{Country, listed};
pub use email::EmailAddress;
pub use event::{Actor, Event, PublicActor, PublicEvent, What};
pub use hours::{ClockTime, Day, Hours, HoursException, OpeningHours, WeeklyHours};
pub use ids::{
    AccountId, AlertId, CategoryId, CommuneId, DeviceId, EventId, MapFileId, OptionId, PhotoId, QuestionId, ReportId,
    ServiceId, SessionId, ZoneId,
};
pub use invalid::Invalid;
pub use kind::Kind;
pub use launch::{Launch, NotTaken, Phase, Pilot, Sender};
pub use module::Module;
pub use month::Month;
pub use outline::{MAX_POSITIONS, OUTLINE_POSITIONS};
pub use phone::PhoneNumber;
pub use place::{Place, Position, distance_m};
pub use pmtiles::{HEADER_BYTES, MAX_MAP_BYTES, MapTiles, TileKind, check_map_size};
pub use public_phone::PublicPhone;
pub use question::{Answers, Question, QuestionKind, QuestionOption, check_answers};
pub use report::{MAX_PHOTOS, NewReport, PhotoRef, Report};
pub use retention::{Retention, months_after, without_contacts};
pub use role::{Reach, Role, StaffAct};
pub use settings::{Category, InseeCode, RoutingRule, Service, ServiceContact, Settings, TIME_ZONE, Texts, Zone};
pub use settings_change::{Difference, Part};
pub use settings_check::MAX_SETTINGS_BYTES;
pub use status::{CloseReason, Status, StatusGroup, Visibility};
pub use text::{Description, Headline, Label, Note, PageText};
pub use texts::{CodeEmail, Email, NoticeCause, NoticeFacts, NoticeText};
pub use totp::TotpSecret;
pub use transition::{AWAITING_DAYS, MAX_RESIDENTS_ENTRIES, REOPEN_DAYS, UNCONFIRMED_HOURS};
pub use trial::{PassedOver, RulePart, Trial, TrialResult};
pub use view::{cell_reaches, resolution_for_view};
