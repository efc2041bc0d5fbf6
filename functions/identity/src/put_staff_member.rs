//! `PUT /v1/{commune}/staff/{account}`: what somebody on the staff is.

use parvis_edge::{Administrator, Code, Cx, Endpoint, Grant, IfMatch, Json, Path, Problem, Route, Versioned, put};
use parvis_store::{Act, StaffMember};

use crate::staff::{Post, StaffPath, StaffView, logged_member, not_changed};

/// Changes a membership; it counts for the next request, whatever token comes with it.
pub struct PutStaffMember;

impl Endpoint for PutStaffMember {
    const ROUTE: Route = put("/v1/{commune}/staff/{account}");
    const SUMMARY: &'static str = "Change a staff member's role, services and name";
    const GRANTS: &'static [Grant] = &[Grant::QUERY, Grant::CHECK, Grant::PUT];
    type Caller = Administrator;
    type Input = (Path<StaffPath>, IfMatch, Json<Post>);
    type Output = Versioned<StaffView>;

    async fn run(
        cx: &Cx,
        caller: Administrator,
        (Path(path), IfMatch(version), Json(post)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        post.check(&caller.commune)?;
        let old = caller.commune.staff_member(path.account).await?;
        let old = old.ok_or_else(|| Problem::not_found("staff member"))?;
        if old.version != version {
            let detail = format!("this member is at version {}, not at {version}; read again", old.version);
            return Err(Problem::new(Code::VersionConflict, detail));
        }
        let Post { name, role, services } = post;
        let new = StaffMember { role, name: name.into(), services, version: old.version + 1, ..old.clone() };
        let act = Act {
            by: caller.actor(),
            what: "put_staff_member",
            about: old.account.to_string(),
            before: logged_member(&old),
            after: logged_member(&new),
        };
        caller.commune.change_staff(&act, &old, Some(&new), cx.now()).await.map_err(not_changed)?;
        Ok(Versioned { version: new.version, body: new.into() })
    }
}
