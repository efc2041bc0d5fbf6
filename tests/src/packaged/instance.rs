//! One Lambda instance: a bootstrap as a child process with the environment that Lambda and the templates give it.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use parvis_catalog::functions;
use parvis_testkit::{platform, wait_until};
use serde_json::Value;

use super::bootstrap;
use super::runtime_api::{RuntimeApi, Told};

/// No invocation of these tests takes that long.
const LIMIT: Duration = Duration::from_secs(30);

pub(super) struct Instance {
    child: Child,
    api: RuntimeApi,
}

impl Instance {
    /// Starts a function of the catalog and waits until it asks for its first event.
    pub(super) async fn start(function: &str) -> Instance {
        let all = functions();
        let known = all.iter().find(|f| f.id == function).expect("a function of that name");
        let mut instance = Instance::spawn(&known.domain, function, &[]).await;
        assert_eq!(instance.told().await, Told::Next);
        instance
    }

    /// Starts the artefact of a domain with a handler, and with more or other variables.
    pub(super) async fn spawn(domain: &str, handler: &str, variables: &[(&str, &str)]) -> Instance {
        let api = RuntimeApi::serve().await;
        let platform = platform().await;
        let names = &platform.cx().store.names;
        let (address, aws, dynamodb) =
            (api.address.to_string(), platform.engines().aws_url(), platform.engines().dynamodb_url());
        let tile_hosts = names.tile_hosts.join(",");
        let given = [
            ("AWS_LAMBDA_RUNTIME_API", &*address),
            ("_HANDLER", handler),
            ("LAMBDA_TASK_ROOT", "/var/task"),
            ("AWS_REGION", "eu-west-3"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_LAMBDA_FUNCTION_NAME", "parvis-test"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/parvis/test"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "test"),
            ("AWS_ENDPOINT_URL", &aws),
            ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb),
            ("PARVIS_TABLE", &names.table),
            ("PARVIS_INCOMING_BUCKET", &names.incoming),
            ("PARVIS_PHOTOS_BUCKET", &names.photos),
            ("PARVIS_EXPORTS_BUCKET", &names.exports),
            ("PARVIS_NOTICE_QUEUE", &names.notice_queue),
            ("PARVIS_PHOTO_QUEUE", &names.photo_queue),
            ("PARVIS_TOKEN_KEY", &names.token_key),
            ("PARVIS_FCM_APPLICATION", &names.fcm_application),
            ("PARVIS_APNS_APPLICATION", &names.apns_application),
            ("PARVIS_ALERT_TOPICS", &names.alert_topics),
            ("PARVIS_MAIL_FROM", &names.mail_from),
            ("PARVIS_PUBLIC_URL", &names.public_url),
            ("PARVIS_MEDIA_URL", &names.media_url),
            ("PARVIS_TILE_HOSTS", &tile_hosts),
            ("PARVIS_SECRET", &names.secret),
            ("PARVIS_EDGE_SECRET", &names.edge_secret),
        ];
        let mut command = Command::new(bootstrap(domain));
        command.env_clear().envs(given).envs(variables.iter().copied());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("the bootstrap starts");
        Instance { child, api }
    }

    /// What it tells Lambda next.
    pub(super) async fn told(&mut self) -> Told {
        let told = tokio::time::timeout(LIMIT, self.api.told()).await;
        told.unwrap_or_else(|_| panic!("nothing for {} s; it runs: {:?}", LIMIT.as_secs(), self.child.try_wait()))
    }

    /// Hands an event over and gives the result, or the error; then it asks for the next.
    pub(super) async fn invoke(&mut self, event: &Value) -> Result<Value, Value> {
        self.invoke_bytes(event.to_string().into_bytes()).await
    }

    pub(super) async fn invoke_bytes(&mut self, event: Vec<u8>) -> Result<Value, Value> {
        let id = self.api.invoke(event);
        let outcome = match self.told().await {
            Told::Response(of, value) if of == id => Ok(value),
            Told::Error(of, value) if of == id => Err(value),
            other => panic!("invocation {id} ended with {other:?}"),
        };
        assert_eq!(self.told().await, Told::Next, "it lives on");
        outcome
    }

    /// Waits for its end.
    pub(super) async fn ended(mut self) -> ExitStatus {
        let child = std::sync::Mutex::new(&mut self.child);
        wait_until("the instance ends", || async { child.lock().expect("one at a time").try_wait().expect("a child") })
            .await
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
