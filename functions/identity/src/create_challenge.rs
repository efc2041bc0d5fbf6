//! `POST /v1/{commune}/challenges`: a code goes to a phone or an e-mail address.

use parvis_domain::Contact;
use parvis_edge::{
    Accepted, Class, CodeSent, Cx, Endpoint, Grant, Json, Preferred, Problem, Route, Visitor, post, send_code,
};
use parvis_store::Purpose;
use schemars::JsonSchema;
use serde::Deserialize;

/// Sends a code. It never looks whether the contact is known, so neither its answer nor its time can tell.
pub struct CreateChallenge;

/// Where to send a code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChallenge {
    /// A mobile number or an e-mail address.
    contact: Contact,
}

impl Endpoint for CreateChallenge {
    const ROUTE: Route = post("/v1/{commune}/challenges");
    const SUMMARY: &'static str = "Send a six-digit code to a phone or an e-mail address";
    const GRANTS: &'static [Grant] = &[Grant::QUERY, Grant::PUT, Grant::PUBLISH_SMS, Grant::SEND_EMAIL];
    const LIMIT: Class = Class::Code;
    const ENTRANCE: bool = true;
    type Caller = Visitor;
    type Input = (Preferred, Json<NewChallenge>);
    type Output = Accepted<CodeSent>;

    async fn run(
        cx: &Cx,
        Visitor { commune }: Visitor,
        (Preferred(language), Json(new)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        send_code(cx, &commune, &new.contact, Purpose::Session, language).await.map(Accepted)
    }
}
