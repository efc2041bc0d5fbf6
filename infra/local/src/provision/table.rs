//! The one table, as `infra/template.yaml` has it.

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
    GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, Projection, ProjectionType, ScalarAttributeType,
    StreamSpecification, StreamViewType, TableDescription, TimeToLiveSpecification,
};
use parvis_store::Store;
use parvis_store::grant::Index;
use parvis_store::item::TTL;

use super::{ProvisionError, cannot};

pub(super) async fn provision(store: &Store) -> Result<(), ProvisionError> {
    let what = "the table";
    let dynamodb = store.clients().dynamodb();
    let table = &store.names.table;
    match dynamodb.describe_table().table_name(table).send().await {
        Ok(described) => {
            let there = described.table.unwrap_or_else(|| TableDescription::builder().build());
            add_indexes(store, &there).await?;
            return expire_items(store).await;
        }
        Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {}
        Err(error) => return Err(cannot(what)(error)),
    }
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewAndOldImages);
    let (attributes, indexes) = attributes_and_indexes().map_err(cannot(what))?;
    dynamodb
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema("pk", "sk").map_err(cannot(what))?))
        .set_attribute_definitions(Some(attributes))
        .set_global_secondary_indexes(Some(indexes))
        .stream_specification(stream.build().map_err(cannot(what))?)
        .send()
        .await
        .map_err(cannot(what))?;
    expire_items(store).await
}

/// The indexes that came after the table was made. Items are in them once they are written again.
async fn add_indexes(store: &Store, there: &TableDescription) -> Result<(), ProvisionError> {
    let what = "an index";
    let (attributes, indexes) = attributes_and_indexes().map_err(cannot(what))?;
    let known: Vec<Option<&str>> = there.global_secondary_indexes().iter().map(|index| index.index_name()).collect();
    for index in indexes.into_iter().filter(|index| !known.contains(&Some(index.index_name()))) {
        let new = CreateGlobalSecondaryIndexAction::builder()
            .index_name(index.index_name())
            .set_key_schema(Some(index.key_schema().to_vec()))
            .set_projection(index.projection().cloned())
            .build()
            .map_err(cannot(what))?;
        let update = GlobalSecondaryIndexUpdate::builder().create(new).build();
        let (dynamodb, table) = (store.clients().dynamodb(), &store.names.table);
        let update = dynamodb.update_table().table_name(table).global_secondary_index_updates(update);
        update.set_attribute_definitions(Some(attributes.clone())).send().await.map_err(cannot(what))?;
    }
    Ok(())
}

/// Asked for apart from the table, because a crash may come between the two.
async fn expire_items(store: &Store) -> Result<(), ProvisionError> {
    let what = "the table's expiry";
    let (dynamodb, table) = (store.clients().dynamodb(), &store.names.table);
    let now = dynamodb.describe_time_to_live().table_name(table).send().await.map_err(cannot(what))?;
    if now.time_to_live_description.is_some_and(|ttl| ttl.attribute_name.is_some()) {
        return Ok(());
    }
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(TTL).build().map_err(cannot(what))?;
    let set = dynamodb.update_time_to_live().table_name(table).time_to_live_specification(ttl).send().await;
    set.map(drop).map_err(cannot(what))
}

fn attributes_and_indexes() -> Result<(Vec<AttributeDefinition>, Vec<GlobalSecondaryIndex>), BuildError> {
    let text =
        |name: &str| AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build();
    let mut attributes = vec![text("pk")?, text("sk")?];
    let mut indexes = Vec::new();
    for index in Index::ALL {
        let name = index.name();
        let (pk, sk) = (format!("{name}_pk"), format!("{name}_sk"));
        attributes.extend([text(&pk)?, text(&sk)?]);
        let all = Projection::builder().projection_type(ProjectionType::All).build();
        let index = GlobalSecondaryIndex::builder().index_name(name).set_key_schema(Some(key_schema(&pk, &sk)?));
        indexes.push(index.projection(all).build()?);
    }
    Ok((attributes, indexes))
}

fn key_schema(pk: &str, sk: &str) -> Result<Vec<KeySchemaElement>, BuildError> {
    let element = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    Ok(vec![element(pk, KeyType::Hash)?, element(sk, KeyType::Range)?])
}
