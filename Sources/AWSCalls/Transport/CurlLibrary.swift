import CCurl

/// libcurl's own state, set up once in the process.
enum CurlLibrary {
    /// Read it before the first handle is made. A static is initialised by one thread while the others wait, which is
    /// what `curl_global_init` asks for.
    static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK

    static func text(_ code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
}
