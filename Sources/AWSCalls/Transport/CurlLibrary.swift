import CCurl

/// libcurl as one loop uses it: names that were looked up and TLS sessions are shared by the loop's connections.
final class CurlLibrary {
    /// libcurl's own state, set up once in the process. A static is initialised by one thread while the others wait,
    /// which is what `curl_global_init` asks for.
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

    /// Without locks: one thread touches it.
    let share: UnsafeMutableRawPointer

    init() {
        precondition(Self.isReady, "libcurl cannot be set up")
        guard let share = curl_share_init() else { preconditionFailure("out of memory") }
        self.share = share
        ccurl_share_data(share, CURL_LOCK_DATA_DNS)
        ccurl_share_data(share, CURL_LOCK_DATA_SSL_SESSION)
    }

    /// The links that used it have been closed.
    deinit { curl_share_cleanup(share) }

    static func text(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
}
