//! What a function may do: one [`Grant`] is one IAM action on one resource, no wildcard.
//!
//! The same constants become the function's IAM role (infra/generated) and are enforced on one machine by
//! [`crate::watch`]: a call without a grant fails there too, and a grant that nothing uses fails the tests.

use serde::Serialize;

/// The table, its secondary indexes and its stream, by the names the templates use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resource {
    /// The one DynamoDB table.
    Table,
    /// One of its secondary indexes.
    Index(Index),
    /// Uploads as they arrive, under `incoming/<commune>/`; emptied by the photo worker and a lifecycle rule.
    Incoming,
    /// Finished pictures under `photos/<commune>/`.
    Photos,
    /// Files of exports under `<commune>/<export>/`; a lifecycle rule takes what nobody removed.
    Exports,
    /// Jobs for `deliver_notice`.
    NoticeQueue,
    /// Arrivals in [`Resource::Incoming`], for `process_photo`.
    PhotoQueue,
    /// The RSA key that signs access tokens.
    TokenKey,
    /// The SNS platform applications for FCM and APNs, and the endpoints under them.
    Push,
    /// The topics of alerts, one for each commune.
    AlertTopics,
    /// What listens to topics (SNS knows no right on one subscription).
    Subscriptions,
    /// SMS to a phone number (SNS knows no ARN for it).
    Sms,
    /// The SES identity that mails are sent from.
    Mail,
}

/// Secondary indexes. `X` is made of the attributes `X_pk` and `X_sk`; every projection is `ALL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Index {
    /// Reports of a commune, newest last.
    Recency,
    /// Reports of one account.
    Author,
    /// Reports of a commune in one status.
    Status,
    /// Reports of a commune by H3 cell of resolution 15.
    Place,
    /// Open reports of a commune by the day they are expected to be solved.
    Inbox,
    /// What a schedule has to look at, by the time it is due; sparse and shared by all communes.
    Due,
}

impl Index {
    /// Every index there is, in the order the templates list them.
    pub const ALL: [Index; 6] = [Index::Recency, Index::Author, Index::Status, Index::Place, Index::Inbox, Index::Due];

    /// The index's name in DynamoDB.
    pub const fn name(self) -> &'static str {
        match self {
            Index::Recency => "recency",
            Index::Author => "author",
            Index::Status => "status",
            Index::Place => "place",
            Index::Inbox => "inbox",
            Index::Due => "due",
        }
    }
}

/// One IAM action on one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Grant {
    /// The IAM action, for example `dynamodb:PutItem`.
    pub action: &'static str,
    /// What it may be done to.
    pub resource: Resource,
}

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident = $action:literal on $resource:expr;)*) => {
        impl Grant { $($(#[$doc])* pub const $name: Grant = Grant { action: $action, resource: $resource };)* }
    };
}

grants! {
    /// Read one item.
    GET = "dynamodb:GetItem" on Resource::Table;
    /// Read many items by key.
    BATCH_GET = "dynamodb:BatchGetItem" on Resource::Table;
    /// Read a range of one partition.
    QUERY = "dynamodb:Query" on Resource::Table;
    /// Read reports newest first.
    QUERY_RECENCY = "dynamodb:Query" on Resource::Index(Index::Recency);
    /// Read one account's reports.
    QUERY_AUTHOR = "dynamodb:Query" on Resource::Index(Index::Author);
    /// Read reports in one status.
    QUERY_STATUS = "dynamodb:Query" on Resource::Index(Index::Status);
    /// Read reports by place.
    QUERY_PLACE = "dynamodb:Query" on Resource::Index(Index::Place);
    /// Read open reports by the day they are expected to be solved.
    QUERY_INBOX = "dynamodb:Query" on Resource::Index(Index::Inbox);
    /// Read what is due.
    QUERY_DUE = "dynamodb:Query" on Resource::Index(Index::Due);
    /// Walk through the whole table: for a schedule alone.
    SCAN = "dynamodb:Scan" on Resource::Table;
    /// Write a whole item, alone or in a transaction.
    PUT = "dynamodb:PutItem" on Resource::Table;
    /// Change an item, alone or in a transaction.
    UPDATE = "dynamodb:UpdateItem" on Resource::Table;
    /// Remove an item, alone or in a transaction.
    DELETE = "dynamodb:DeleteItem" on Resource::Table;
    /// Check an item inside a transaction.
    CHECK = "dynamodb:ConditionCheckItem" on Resource::Table;
    /// Ask whether the table is there.
    DESCRIBE_TABLE = "dynamodb:DescribeTable" on Resource::Table;
    /// Presign or make an upload.
    PUT_INCOMING = "s3:PutObject" on Resource::Incoming;
    /// Read an upload.
    GET_INCOMING = "s3:GetObject" on Resource::Incoming;
    /// Learn that an upload is absent (404 and not 403).
    LIST_INCOMING = "s3:ListBucket" on Resource::Incoming;
    /// Remove an upload.
    DELETE_INCOMING = "s3:DeleteObject" on Resource::Incoming;
    /// Write a finished picture.
    PUT_PHOTO = "s3:PutObject" on Resource::Photos;
    /// Remove a finished picture.
    DELETE_PHOTO = "s3:DeleteObject" on Resource::Photos;
    /// Read a finished picture.
    GET_PHOTO = "s3:GetObject" on Resource::Photos;
    /// Ask whether the bucket is there.
    HEAD_PHOTOS = "s3:ListBucket" on Resource::Photos;
    /// Write a file of an export.
    PUT_EXPORT = "s3:PutObject" on Resource::Exports;
    /// Presign the download of a file of an export.
    GET_EXPORT = "s3:GetObject" on Resource::Exports;
    /// Remove a file of an export.
    DELETE_EXPORT = "s3:DeleteObject" on Resource::Exports;
    /// Queue a notice.
    SEND_NOTICE = "sqs:SendMessage" on Resource::NoticeQueue;
    /// Count waiting notices.
    NOTICE_DEPTH = "sqs:GetQueueAttributes" on Resource::NoticeQueue;
    /// Queue a photo again.
    SEND_PHOTO = "sqs:SendMessage" on Resource::PhotoQueue;
    /// Count waiting photos.
    PHOTO_DEPTH = "sqs:GetQueueAttributes" on Resource::PhotoQueue;
    /// Sign an access token.
    SIGN_TOKEN = "kms:Sign" on Resource::TokenKey;
    /// Read the public half of the token key.
    READ_TOKEN_KEY = "kms:GetPublicKey" on Resource::TokenKey;
    /// Make a push endpoint for a device.
    CREATE_ENDPOINT = "sns:CreatePlatformEndpoint" on Resource::Push;
    /// Point a push endpoint at a new token.
    SET_ENDPOINT = "sns:SetEndpointAttributes" on Resource::Push;
    /// Remove a push endpoint.
    DELETE_ENDPOINT = "sns:DeleteEndpoint" on Resource::Push;
    /// Send a push message.
    PUBLISH_PUSH = "sns:Publish" on Resource::Push;
    /// Make the topic of a commune's alerts.
    CREATE_TOPIC = "sns:CreateTopic" on Resource::AlertTopics;
    /// Remove it.
    DELETE_TOPIC = "sns:DeleteTopic" on Resource::AlertTopics;
    /// Have an app listen to it.
    SUBSCRIBE = "sns:Subscribe" on Resource::AlertTopics;
    /// Have an app listen to it no more.
    UNSUBSCRIBE = "sns:Unsubscribe" on Resource::Subscriptions;
    /// Send an alert to whatever listens.
    PUBLISH_TOPIC = "sns:Publish" on Resource::AlertTopics;
    /// Send an SMS.
    PUBLISH_SMS = "sns:Publish" on Resource::Sms;
    /// Send an e-mail.
    SEND_EMAIL = "ses:SendEmail" on Resource::Mail;
}
