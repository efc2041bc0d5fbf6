//! What holds for everything in the catalog, so that a new function cannot forget it.

mod crossing;
mod entries;
mod grants;
mod layering;
mod modules;
mod refusals;
mod words;

use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::types::AttributeValue::S;
use parvis_domain::AccountId;
use parvis_store::Commune;

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the workspace is there")
}

/// Removes a membership behind the API's back.
pub(crate) async fn remove_from_staff(commune: &Commune, account: AccountId) {
    let store = commune.store();
    let delete = store.clients().dynamodb().delete_item().table_name(&store.names.table);
    let delete = delete.key("pk", S(format!("C#{}#staff", commune.id())));
    delete.key("sk", S(account.to_string())).send().await.expect("the membership is removed");
    assert_eq!(commune.staff_member(account).await.expect("a read"), None);
}
