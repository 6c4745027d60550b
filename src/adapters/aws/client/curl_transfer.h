#pragma once
// One request and its answer on one line. Internal to the transport. Belongs to one thread.

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "adapters/aws/client/curl_transport.h"

namespace scalper::aws {

class CurlTransfer {
 public:
  // `whole`: the body is gathered in answer().body, up to the request's limit; else it comes by read().
  CurlTransfer(CurlTransport::Shared& shared, const HttpRequest& request, bool whole);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Nothing has been sent yet. kInvalidArgument: it cannot be sent.
  [[nodiscard]] Result<void> begin();
  // The request is borrowed up to here: read() needs nothing of it.
  [[nodiscard]] Result<void> until_head(const CallContext& context);
  [[nodiscard]] Result<void> until_end(const CallContext& context);
  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into);

  [[nodiscard]] AwsResponse& answer() { return answer_; }

  // What libcurl calls, on the thread that drives.
  [[nodiscard]] std::size_t on_head_line(std::string_view line);
  [[nodiscard]] std::size_t on_body(Bytes bytes);
  [[nodiscard]] std::size_t on_upload(MutableBytes into);
  [[nodiscard]] bool on_connected();
  [[nodiscard]] bool on_tls(ssl_ctx_st& context);

 private:
  enum class Phase : std::uint8_t { kConnecting, kWaiting, kReceiving };

  [[nodiscard]] Result<void> set_headers();
  void set_connection();
  void set_method_and_body();
  template <class There>
  [[nodiscard]] Result<void> drive(const CallContext& context, There there);
  [[nodiscard]] Result<Millis> time_left(const CallContext& context);
  void look_for_end();
  void end(int curl_code);
  [[nodiscard]] Error error_of(int curl_code) const;
  Error fail(Error error);
  [[nodiscard]] bool is_interim() const;

  CurlTransport::Shared& shared_;
  const HttpRequest* request_;  // null once the head is there
  const bool whole_;
  std::string origin_;
  std::unique_ptr<CurlLine> line_;   // null once the transfer is over
  void* header_list_ = nullptr;      // curl_slist
  std::array<char, 256> problem_{};  // libcurl's words, for CURLOPT_ERRORBUFFER

  const CallContext* context_ = nullptr;  // of the call that drives
  Phase phase_ = Phase::kConnecting;
  MonoTime progress_;
  std::int64_t uploaded_ = 0;
  std::uint64_t upload_left_ = 0;
  int departures_ = 0;

  AwsResponse answer_;
  std::size_t head_bytes_ = 0;
  bool head_there_ = false;
  bool ended_ = false;
  std::optional<Error> failure_;

  MutableBytes target_;  // of the read() that drives
  std::size_t delivered_ = 0;
  std::string carry_;  // what came and had no room there
  std::size_t carry_at_ = 0;
  bool paused_ = false;
};

}  // namespace scalper::aws
