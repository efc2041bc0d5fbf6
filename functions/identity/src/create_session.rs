//! `POST /v1/{commune}/sessions`: a code is redeemed, and its owner is signed in. The account exists from here on.

use parvis_domain::Contact;
use parvis_edge::{
    Class, Created, Cx, Endpoint, Grant, Json, Keeping, Preferred, Problem, Route, SessionView, Visitor, WithCookie,
    check_code, newcomer_not_banned, open_session, post, redemption_problem,
};
use parvis_store::table::Condition;
use parvis_store::{Account, Purpose, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;

/// Signs in.
pub struct CreateSession;

/// The proof that a contact is one's own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// Where the code went.
    contact: Contact,
    /// The six digits.
    code: String,
}

impl Endpoint for CreateSession {
    const ROUTE: Route = post("/v1/{commune}/sessions");
    const SUMMARY: &'static str = "Sign in with a code";
    const GRANTS: &'static [Grant] =
        &[Grant::PUT, Grant::UPDATE, Grant::DELETE, Grant::SIGN_TOKEN, Grant::READ_TOKEN_KEY];
    const LIMIT: Class = Class::Session;
    const ENTRANCE: bool = true;
    type Caller = Visitor;
    type Input = (Preferred, Keeping, Json<NewSession>);
    type Output = WithCookie<Created<SessionView>>;

    async fn run(
        cx: &Cx,
        Visitor { commune }: Visitor,
        (Preferred(language), keeping, Json(new)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let now = cx.now();
        let verified = check_code(&commune, &new.contact, Purpose::Session, &new.code, now).await?;
        // After the code was tried: a contact that may not enter must not be told apart by its answer.
        if !commune.may_enter(&new.contact, now).await? {
            return Err(redemption_problem(StoreError::Conflict { item: 0 }));
        }
        let mut redemption = verified.redeemed_in(commune.table().transaction());
        let account = match commune.account_of(&new.contact).await? {
            Some(known) => known.id,
            None => {
                newcomer_not_banned(&commune, &new.contact, now).await?;
                let account = Account::new(&new.contact, language, now);
                redemption = commune.with_account(redemption, &account);
                account.id
            }
        };
        let (session, view) = open_session(cx, &commune, account, now).await?;
        redemption.put(&session, Condition::Absent).commit().await.map_err(redemption_problem)?;
        let (view, cookie) = keeping.keep(view);
        Ok(WithCookie { answer: Created(view), cookie })
    }
}
