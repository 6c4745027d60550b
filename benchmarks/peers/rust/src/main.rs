// The peer of the Lambda: both clients made before the first event. PEER_CALL=1: one call to S3 in each event.
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let objects = aws_sdk_s3::Client::new(&config);
    let records = aws_sdk_dynamodb::Client::new(&config);
    let calls = std::env::var("PEER_CALL").is_ok();
    let (objects, _records) = (&objects, &records);
    run(service_fn(move |_: LambdaEvent<Value>| async move {
        if calls {
            objects.get_bucket_versioning().bucket("files-in").send().await?;
        }
        Ok::<Value, Error>(Value::Object(Default::default()))
    }))
    .await
}
