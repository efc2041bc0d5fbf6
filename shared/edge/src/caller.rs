//! Who calls. One line on an endpoint (`type Caller = Staff;`) documents the access rule, enforces it and hands over a
//! commune that is already opened for this caller, and for no other.

use parvis_domain::{AccountId, CommuneId, SessionId};
use parvis_store::grant::Grant;
use parvis_store::{AuditActor, Commune, Role, StaffMember, StoreError};
use serde::Serialize;

use crate::cx::Cx;
use crate::problem::{Code, Problem};
use crate::request::Request;
use crate::second_factor::second_factor_required;
use crate::token::Claims;

/// The access rules there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Anyone, and no commune is involved.
    Open,
    /// Anyone, in a commune that exists.
    Commune,
    /// Anyone; a token that is present must be good and of this commune.
    ResidentOrGuest,
    /// A signed-in account of this commune.
    Resident,
    /// A signed-in account that is staff of this commune (or an operator) now, with or without its second factor.
    Member,
    /// A signed-in account that is staff of this commune now and has passed its second factor.
    Staff,
    /// The same, of somebody who administers this commune now.
    Administrator,
    /// Somebody who operates the platform now, signed in to the operators' own tenant, with their second factor passed.
    Operator,
}

impl Access {
    /// Whether the gateway's JWT authorizer guards the route.
    pub const fn needs_token(self) -> bool {
        matches!(self, Access::Resident | Access::Member | Access::Staff | Access::Administrator | Access::Operator)
    }

    /// Whether the caller acts as somebody (or nobody) of the commune that the path names.
    pub const fn in_commune(self) -> bool {
        !matches!(self, Access::Open | Access::Operator)
    }
}

/// A caller as an endpoint sees it.
pub trait Caller: Sized + Send {
    /// The rule.
    const ACCESS: Access;
    /// What checking the rule needs.
    const GRANTS: &'static [Grant];

    /// Admits the caller of a request, or refuses.
    fn admit(cx: &Cx, request: &Request) -> impl Future<Output = Result<Self, Problem>> + Send;

    /// In whose name and where the caller's requests are counted; nowhere outside communes.
    fn counted(&self) -> Option<Counted<'_>> {
        None
    }
}

/// Whose requests are counted: those of an account, or those of the network that a guest calls from.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'c> {
    /// Where.
    pub commune: &'c Commune,
    /// Who, if anyone is signed in.
    pub account: Option<(AccountId, Role)>,
}

/// An account that is signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedIn {
    /// The account.
    pub id: AccountId,
    /// Its role as the token says; [`Staff`] has looked it up.
    pub role: Role,
    /// The session.
    pub session: SessionId,
    /// Whether the session has passed the second factor. Staff who have not are residents.
    pub raised: bool,
}

impl SignedIn {
    /// Staff who have not passed the second factor are residents.
    pub fn role_in_force(&self) -> Role {
        if self.raised { self.role } else { Role::Resident }
    }
}

/// [`Access::Open`].
#[derive(Debug)]
pub struct Anyone;

/// [`Access::Commune`].
#[derive(Debug)]
pub struct Visitor {
    /// The commune.
    pub commune: Commune,
}

/// [`Access::ResidentOrGuest`].
#[derive(Debug)]
pub struct ResidentOrGuest {
    /// The commune.
    pub commune: Commune,
    /// Who is signed in, if anyone is.
    pub account: Option<SignedIn>,
}

/// [`Access::Resident`]: staff are residents too.
#[derive(Debug)]
pub struct Resident {
    /// The commune.
    pub commune: Commune,
    /// Who is signed in.
    pub account: SignedIn,
}

/// [`Access::Member`]: only for the second factor itself.
#[derive(Debug)]
pub struct Member {
    /// The commune.
    pub commune: Commune,
    /// Who is signed in.
    pub account: SignedIn,
    /// The membership, read from the table for this request: who was removed is out at once.
    pub member: StaffMember,
}

/// [`Access::Staff`].
#[derive(Debug)]
pub struct Staff {
    /// The commune.
    pub commune: Commune,
    /// Who is signed in.
    pub account: SignedIn,
    /// The membership, read from the table for this request: who was removed is out at once.
    pub member: StaffMember,
}

/// [`Access::Administrator`].
#[derive(Debug)]
pub struct Administrator {
    /// The commune.
    pub commune: Commune,
    /// The membership, read from the table for this request.
    pub member: StaffMember,
}

/// [`Access::Operator`], where the path names no commune.
#[derive(Debug)]
pub struct Operator {
    /// The membership among the operators, read from the table for this request.
    pub member: StaffMember,
}

/// [`Access::Operator`], acting on the commune that the path names.
#[derive(Debug)]
pub struct OperatorOf {
    /// The commune.
    pub commune: Commune,
    /// The membership among the operators, read from the table for this request.
    pub member: StaffMember,
}

impl Operator {
    /// Who acts, for the audit log.
    pub fn actor(&self) -> AuditActor {
        actor(&self.member)
    }
}

impl OperatorOf {
    /// Who acts, for the audit log.
    pub fn actor(&self) -> AuditActor {
        actor(&self.member)
    }
}

impl Member {
    /// Who acts, for the audit log.
    pub fn actor(&self) -> AuditActor {
        actor(&self.member)
    }
}

impl Staff {
    /// Who acts, for the audit log.
    pub fn actor(&self) -> AuditActor {
        actor(&self.member)
    }
}

impl Administrator {
    /// Who acts, for the audit log.
    pub fn actor(&self) -> AuditActor {
        actor(&self.member)
    }
}

fn actor(member: &StaffMember) -> AuditActor {
    let (account, name) = (member.account, member.name.clone());
    match member.role {
        Role::Operator => AuditActor::Operator { account, name },
        _ => AuditActor::Staff { account, name },
    }
}

impl Caller for Anyone {
    const ACCESS: Access = Access::Open;
    const GRANTS: &'static [Grant] = &[];

    async fn admit(_: &Cx, _: &Request) -> Result<Self, Problem> {
        Ok(Anyone)
    }
}

impl Caller for Visitor {
    const ACCESS: Access = Access::Commune;
    const GRANTS: &'static [Grant] = &[Grant::GET];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        Ok(Visitor { commune: open(cx, request).await? })
    }

    fn counted(&self) -> Option<Counted<'_>> {
        Some(Counted { commune: &self.commune, account: None })
    }
}

impl Caller for ResidentOrGuest {
    const ACCESS: Access = Access::ResidentOrGuest;
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::READ_TOKEN_KEY];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        let commune = open(cx, request).await?;
        let account = match request.header("authorization") {
            None => None,
            Some(_) => {
                let token = request.bearer().ok_or_else(|| {
                    Problem::new(Code::Unauthenticated, "Authorization must be a Bearer token, or absent")
                })?;
                let claims = cx.tokens.verify(token, cx.now()).await?;
                Some(of_this_commune(&commune, claims)?)
            }
        };
        Ok(ResidentOrGuest { commune, account })
    }

    fn counted(&self) -> Option<Counted<'_>> {
        let account = self.account.as_ref().map(|account| (account.id, account.role_in_force()));
        Some(Counted { commune: &self.commune, account })
    }
}

impl Caller for Resident {
    const ACCESS: Access = Access::Resident;
    const GRANTS: &'static [Grant] = &[Grant::GET];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        let claims = authorized(request)?;
        let commune = open(cx, request).await?;
        let account = of_this_commune(&commune, claims)?;
        Ok(Resident { commune, account })
    }

    fn counted(&self) -> Option<Counted<'_>> {
        Some(Counted { commune: &self.commune, account: Some((self.account.id, self.account.role_in_force())) })
    }
}

impl Caller for Member {
    const ACCESS: Access = Access::Member;
    const GRANTS: &'static [Grant] = &[Grant::GET];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        let Resident { commune, account } = Resident::admit(cx, request).await?;
        let member = commune.staff_member(account.id).await?;
        let member = member.ok_or_else(|| Problem::new(Code::Forbidden, "this is for the commune's staff"))?;
        Ok(Member { account: SignedIn { role: member.role, ..account }, commune, member })
    }

    fn counted(&self) -> Option<Counted<'_>> {
        Some(Counted { commune: &self.commune, account: Some((self.account.id, self.account.role)) })
    }
}

impl Caller for Staff {
    const ACCESS: Access = Access::Staff;
    const GRANTS: &'static [Grant] = &[Grant::GET];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        let Member { commune, account, member } = Member::admit(cx, request).await?;
        if !account.raised {
            return Err(second_factor_required(&commune, account.id).await?);
        }
        Ok(Staff { commune, account, member })
    }

    fn counted(&self) -> Option<Counted<'_>> {
        Some(Counted { commune: &self.commune, account: Some((self.account.id, self.account.role)) })
    }
}

impl Caller for Administrator {
    const ACCESS: Access = Access::Administrator;
    const GRANTS: &'static [Grant] = &[Grant::GET];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        let Staff { commune, member, .. } = Staff::admit(cx, request).await?;
        if member.role != Role::Administrator {
            return Err(Problem::new(Code::Forbidden, "this is for the commune's administrators"));
        }
        Ok(Administrator { commune, member })
    }

    fn counted(&self) -> Option<Counted<'_>> {
        Some(Counted { commune: &self.commune, account: Some((self.member.account, self.member.role)) })
    }
}

impl Caller for Operator {
    const ACCESS: Access = Access::Operator;
    const GRANTS: &'static [Grant] = &[Grant::GET];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        let operators = cx.store.operators()?;
        let account = of_this_commune(&operators, authorized(request)?)?;
        let member = operators.staff_member(account.id).await?.filter(|member| member.role == Role::Operator);
        let member = member.ok_or_else(|| Problem::new(Code::Forbidden, "this is for who operates the platform"))?;
        if !account.raised {
            return Err(second_factor_required(&operators, account.id).await?);
        }
        Ok(Operator { member })
    }
}

impl Caller for OperatorOf {
    const ACCESS: Access = Access::Operator;
    const GRANTS: &'static [Grant] = &[Grant::GET];

    async fn admit(cx: &Cx, request: &Request) -> Result<Self, Problem> {
        let Operator { member } = Operator::admit(cx, request).await?;
        Ok(OperatorOf { commune: existing(cx, named(request)?).await?, member })
    }
}

/// The path's commune, opened. Here is the one place that keeps a suspended commune from being written, and the operators'
/// tenant from being taken for a commune.
async fn open(cx: &Cx, request: &Request) -> Result<Commune, Problem> {
    let id = named(request)?;
    if id.is_operators() {
        return if request.entrance { Ok(cx.store.operators()?) } else { Err(unknown()) };
    }
    let commune = existing(cx, id).await?;
    if request.writes && commune.standing.is_read_only() {
        let why = commune.standing.reason.as_deref().unwrap_or("it was suspended");
        let detail = format!("{} can be read and not written: {why}", commune.settings.name);
        return Err(Problem::new(Code::CommuneSuspended, detail));
    }
    Ok(commune)
}

fn unknown() -> Problem {
    Problem::not_found("commune")
}

/// The commune that the path names.
fn named(request: &Request) -> Result<CommuneId, Problem> {
    request.path.get("commune").and_then(|c| c.parse().ok()).ok_or_else(unknown)
}

async fn existing(cx: &Cx, id: CommuneId) -> Result<Commune, Problem> {
    cx.store.commune(&id).await.map_err(|e| match e {
        StoreError::NotFound => unknown(),
        other => other.into(),
    })
}

/// The claims that the gateway's authorizer verified.
fn authorized(request: &Request) -> Result<Claims, Problem> {
    let claims = request.claims.as_ref().ok_or_else(|| Problem::new(Code::Unauthenticated, "sign in first"))?;
    let read = |name: &str| claims.get(name).map(String::as_str).unwrap_or_default();
    let parsed = || {
        Some(Claims {
            iss: read("iss").to_owned(),
            aud: read("aud").to_owned(),
            sub: read("sub").parse().ok()?,
            commune: read("commune").parse().ok()?,
            role: read("role").parse().ok()?,
            sid: read("sid").parse().ok()?,
            amr: texts(read("amr")),
            iat: read("iat").parse().ok()?,
            exp: read("exp").parse().ok()?,
        })
    };
    parsed().ok_or_else(|| Problem::new(Code::Unauthenticated, "the token lacks a claim; sign in again"))
}

/// A claim that is a list, as API Gateway hands it over: `[otp mfa]`.
fn texts(list: &str) -> Vec<String> {
    list.trim_matches(['[', ']']).split_whitespace().map(str::to_owned).collect()
}

/// Nobody acts in a commune with another commune's token.
fn of_this_commune(commune: &Commune, claims: Claims) -> Result<SignedIn, Problem> {
    if claims.commune != *commune.id() {
        let detail = format!("the token is for {}, not for {}", claims.commune, commune.id());
        return Err(Problem::new(Code::Forbidden, detail));
    }
    let raised = claims.is_raised();
    Ok(SignedIn { id: claims.sub, role: claims.role, session: claims.sid, raised })
}
