// SPDX-License-Identifier: Apache-2.0
#include "http/curl_error.hpp"

namespace tocsin::http {

Errc errc_for(CURLcode outcome) {
  switch (outcome) {
    case CURLE_OPERATION_TIMEDOUT:
      return Errc::timed_out;
    case CURLE_FILESIZE_EXCEEDED:
      return Errc::too_large;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return Errc::invalid_input;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return Errc::system;
    default:
      return Errc::unreachable;
  }
}

std::string_view reason_for(CURLcode outcome) {
  switch (outcome) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "name not found";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "proxy's name not found";
    case CURLE_COULDNT_CONNECT:
      return "connection refused or no route";
    case CURLE_PROXY:
      return "proxy failed";
    case CURLE_UNSUPPORTED_PROTOCOL:  // schemes were checked: it is HTTP/0.9, or no HTTP at all
    case CURLE_WEIRD_SERVER_REPLY:
      return "reply is not HTTP";
    case CURLE_BAD_CONTENT_ENCODING:
      return "reply cannot be decompressed";
    case CURLE_GOT_NOTHING:
      return "closed without a reply";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
      return "closed before the reply's end";
    case CURLE_FILESIZE_EXCEEDED:
      return "body over the limit";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "TLS certificate not accepted";
    case CURLE_SSL_CERTPROBLEM:
      return "client certificate or its key cannot be used";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return "TLS failed";
    case CURLE_SSL_CACERT_BADFILE:
      return "CA file cannot be read";
    default:
      return "transfer failed";
  }
}

}  // namespace tocsin::http
