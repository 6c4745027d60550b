#pragma once
// The one list of environment variables that the programs read; `scalper doctor --env` prints it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace scalper {

// Which gate reads it. kSdk: as all tools and SDKs of AWS read it; kLambda: set by the service.
enum class ReadBy : std::uint8_t { kLocal, kAws, kBoth, kSdk, kLambda };

struct EnvironmentVariable {
  ReadBy read_by;
  std::string_view name;
  std::string_view fallback;
  std::string_view meaning;
};

inline constexpr std::array kEnvironment = {
    EnvironmentVariable{ReadBy::kBoth, "SCALPER_PIPELINE", "default", "the pipeline's name in metrics and health"},
    EnvironmentVariable{ReadBy::kBoth, "SCALPER_CONTRACTS", "",
                        "folder of contracts; --contracts wins; empty: <data>/contracts. On AWS s3://bucket/prefix, a "
                        "folder, or builtin"},
    EnvironmentVariable{ReadBy::kBoth, "SCALPER_PUBLISH", "direct",
                        "direct, or exact: every output copy is a fenced one"},
    EnvironmentVariable{ReadBy::kBoth, "SCALPER_LOG_LEVEL", "info", "debug, info, warning or error"},

    EnvironmentVariable{ReadBy::kLocal, "SCALPER_DATA", "data", "the data folder; --data wins"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_LISTEN", "127.0.0.1:8080",
                        "where the HTTP API listens; --listen wins"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_REQUIRE_TOKEN", "",
                        "true: access tokens on loopback too, as --require-token"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_TLS_CERT", "", "chain of certificates in PEM; --tls-cert wins"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_TLS_KEY", "", "its key in PEM; --tls-key wins"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_TRUSTED_PROXY", "",
                        "ranges of addresses of proxies, separated by commas; --trusted-proxy wins"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_CORS_ORIGIN", "",
                        "origins of pages that may call, separated by commas; --cors-origin wins"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_TOKEN", "", "the access token that the verbs show at --url"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_LOG", "",
                        "the log file, - for standard output; --log wins; empty: in the data folder"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_KEEP_REPLACED", "30",
                        "days that a file stays which a newer one of its name displaced in output; --keep-replaced "
                        "wins"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_HOOKS", "",
                        "folder of the programs that contracts may name as hooks; --hooks wins; empty: none may"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_CLAMD", "",
                        "socket of the clamd that scans where contracts demand it, or 127.0.0.1:PORT; --clamd wins; "
                        "empty: none"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_WEBHOOK_CA", "",
                        "file of the roots that webhooks are trusted by; empty: the system's"},
    EnvironmentVariable{ReadBy::kLocal, "SCALPER_ACCESS_LOG", "all",
                        "which requests to the API have a line in the log: all, errors or none"},
    EnvironmentVariable{ReadBy::kLocal, "NOTIFY_SOCKET", "",
                        "where systemd wants to be told that the gate is up, see sd_notify(3)"},
    EnvironmentVariable{ReadBy::kLocal, "NO_COLOR", "", "not empty: no colours, as by https://no-color.org"},
    EnvironmentVariable{ReadBy::kLocal, "TERM", "", "dumb: no colours and no progress line"},

    EnvironmentVariable{ReadBy::kAws, "SCALPER_INPUT_BUCKET", "", "the bucket whose objects are checked; versioned"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_OUTPUT_BUCKET", "", "where valid files go; another bucket"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_QUARANTINE_BUCKET", "", "where all others go; another bucket"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_TABLE", "", "the DynamoDB table of records"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_QUEUE_URL", "", "the SQS queue of events"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_DLQ_URL", "", "its dead-letter queue; empty: none is looked at"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_LARGE_QUEUE_URL", "",
                        "the worker's queue, for files that take longer than a Lambda may run; empty: none"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_MAX_FILES_PER_HOUR", "",
                        "the sweep pauses the gate after more files than that; empty: no limit"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_NOTICE_TOPIC_ARN", "",
                        "the SNS topic that is told final verdicts; empty: none is"},
    EnvironmentVariable{ReadBy::kAws, "SCALPER_NOTICE_BUS", "",
                        "the EventBridge bus that is told them, by name or ARN; empty: none is"},

    EnvironmentVariable{ReadBy::kSdk, "AWS_REGION", "", "the region; then AWS_DEFAULT_REGION, then the profile's"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_DEFAULT_REGION", "", "the region where AWS_REGION is not set"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_ACCESS_KEY_ID", "", "credentials, with the next two; asked first"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_SECRET_ACCESS_KEY", "", "their secret"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_SESSION_TOKEN", "", "their token; empty: none"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_PROFILE", "", "the profile of the shared files"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_CONFIG_FILE", "", "the shared configuration; empty: ~/.aws/config"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_SHARED_CREDENTIALS_FILE", "", "empty: ~/.aws/credentials"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "",
                        "where a container asks for its credentials"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_CONTAINER_CREDENTIALS_FULL_URI", "", "the same as a whole address"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_CONTAINER_AUTHORIZATION_TOKEN", "", "what a container shows there"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "", "the file that holds it"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_EC2_METADATA_DISABLED", "", "true: an instance's role is not asked for"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_EC2_METADATA_SERVICE_ENDPOINT", "", "where instead it is asked for"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "", "IPv4 or IPv6, where it is not"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_ROLE_ARN", "", "the role of a web identity, as in Kubernetes"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_ROLE_SESSION_NAME", "", "what its sessions are called"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_WEB_IDENTITY_TOKEN_FILE", "", "the file of its token"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_ENDPOINT_URL", "", "where all services are instead of at AWS"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_ENDPOINT_URL_S3", "",
                        "where S3 is; the same with _DYNAMODB, _SQS, _SNS, _EVENTBRIDGE, _KMS and _STS"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "", "true: they count for nothing"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_USE_FIPS_ENDPOINT", "", "true: endpoints with FIPS cryptography"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_USE_DUALSTACK_ENDPOINT", "", "true: endpoints with IPv6"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_MAX_ATTEMPTS", "4", "tries of a call, 1 to 10"},
    EnvironmentVariable{ReadBy::kSdk, "AWS_CA_BUNDLE", "", "roots to trust instead of Amazon's own"},
    EnvironmentVariable{ReadBy::kSdk, "HTTPS_PROXY", "", "the proxy towards AWS; https_proxy means the same"},
    EnvironmentVariable{ReadBy::kSdk, "http_proxy", "", "the same where an endpoint's URL begins with http:"},
    EnvironmentVariable{ReadBy::kSdk, "NO_PROXY", "", "hosts that are asked without one; no_proxy means the same"},

    EnvironmentVariable{ReadBy::kLambda, "AWS_LAMBDA_RUNTIME_API", "", "where the next event is asked for"},
    EnvironmentVariable{ReadBy::kLambda, "AWS_LAMBDA_FUNCTION_NAME", "", "the function's name; set: this is a Lambda"},
    EnvironmentVariable{ReadBy::kLambda, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "",
                        "its memory in MiB; so many files at once"},
    EnvironmentVariable{ReadBy::kLambda, "_HANDLER", "", "which handler runs: ingest, sweep, api or authorize"},
    EnvironmentVariable{ReadBy::kLambda, "_X_AMZN_TRACE_ID", "", "goes on with every call, so that loops are seen"},
};

// The variable's value, or its fallback where it is unset or empty; "" where `name` is none of the list. Before any
// thread changes the environment, which none of ours does.
[[nodiscard]] std::string environment(std::string_view name);

}  // namespace scalper
