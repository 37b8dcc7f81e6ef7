import CCurl
import Ticketing

/// libcurl as one loop uses it: names that were looked up and TLS sessions are shared by the loop's connections.
final class CurlLibrary {
    /// Opened, and its own state set up, once in the process: whoever calls nothing of AWS does not load it. A static is
    /// initialised by one thread while the others wait, which is what `curl_global_init` asks for.
    private static let problem: String? = {
        if let problem = ccurl_open() { return String(cString: problem) }
        let code = curl_global_init(Int(CURL_GLOBAL_SSL))
        return code == CURLE_OK ? nil : text(code)
    }()

    /// Says in words what `init` would stop the process for.
    static func require() throws(PortError) {
        guard let problem else { return }
        throw PortError(.unavailable, "libcurl cannot be used (Debian: apt-get install libcurl4): \(problem)")
    }

    /// Without locks: one thread touches it.
    let share: UnsafeMutableRawPointer

    init() {
        precondition(Self.problem == nil, "libcurl cannot be used, and nobody asked before")
        guard let share = curl_share_init() else { preconditionFailure("out of memory") }
        self.share = share
        ccurl_share_data(share, CURL_LOCK_DATA_DNS)
        ccurl_share_data(share, CURL_LOCK_DATA_SSL_SESSION)
    }

    /// The links that used it have been closed.
    deinit { curl_share_cleanup(share) }

    static func text(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
}
