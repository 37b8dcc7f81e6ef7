import CCurl
import EventLoop
import Glibc

/// An easy handle with the memory that libcurl reads from and writes to while a request is under way. Handles are
/// kept and used again: making one costs more than a request.
final class CurlTransfer: TimerTarget {
    typealias Completion = (Result<WireAnswer, WireFailure>) -> Void

    private static let maxHeaders = 12

    let handle: UnsafeMutableRawPointer
    /// The transport ends its transfers before it goes.
    private unowned let transport: CurlTransport
    private let headers: UnsafeMutablePointer<curl_slist>
    private var sent: UnsafeMutableRawBufferPointer
    private var url = ""
    private var method: WireRequest.Method?
    private var maxAnswerBytes = 0
    private var expectsJSON = true
    private var completion: Completion?
    private(set) var answer: [UInt8] = []
    /// Set by the write function, which can only say that it does not want more.
    private(set) var refusal: WireFailure.Code?
    var deadline: TimerID?

    init(transport: CurlTransport) {
        guard let handle = curl_easy_init() else { preconditionFailure("out of memory") }
        self.handle = handle
        self.transport = transport
        headers = .allocate(capacity: Self.maxHeaders)
        sent = .allocate(byteCount: 4096, alignment: 1)
        setConstants()
    }

    deinit {
        curl_easy_cleanup(handle)
        headers.deallocate()
        sent.deallocate()
    }

    private func setConstants() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        ccurl_set_pointer(handle, CURLOPT_PRIVATE, context)
        ccurl_set_write_function(handle, writeFunction, context)
        ccurl_set_close_function(handle, closeFunction, Unmanaged.passUnretained(transport).toOpaque())
        // A signal handler belongs to the program, not to a library in it.
        ccurl_set_number(handle, CURLOPT_NOSIGNAL, 1)
        // The services speak HTTP/1.1 only, and asking for more costs a round of negotiation.
        ccurl_set_number(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        ccurl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_number(handle, CURLOPT_FOLLOWLOCATION, 0)
        // Credentials must not go through whatever `http_proxy` names.
        ccurl_set_text(handle, CURLOPT_PROXY, "")
        ccurl_set_number(handle, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_number(handle, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_number(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        ccurl_set_number(handle, CURLOPT_TCP_KEEPALIVE, 1)
        let settings = transport.settings
        ccurl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeoutMs)
        // Shorter than the services' own idle time, so that they are rarely the first to close.
        ccurl_set_number(handle, CURLOPT_MAXAGE_CONN, settings.idleTimeoutSeconds)
        // The services' addresses change: a connection that lives for ever would never follow.
        ccurl_set_number(handle, CURLOPT_MAXLIFETIME_CONN, settings.connectionLifeSeconds)
        if let path = settings.certificateAuthorityFile { ccurl_set_text(handle, CURLOPT_CAINFO, path) }
    }

    /// Everything that differs from request to request. libcurl copies none of it but the URL.
    func prepare(_ request: WireRequest, completion: @escaping Completion) {
        self.completion = completion
        answer = []
        refusal = nil
        maxAnswerBytes = request.maxAnswerBytes
        expectsJSON = request.expectsJSON
        if url != request.url {
            url = request.url
            ccurl_set_text(handle, CURLOPT_URL, url)
        }
        if method != request.method {
            method = request.method
            ccurl_set_number(handle, request.method == .post ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
        }
        let body = place(request)
        guard request.method == .post else { return }
        ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, body)
        ccurl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
    }

    /// Copies header lines and body into this transfer's own memory and links the lines as libcurl wants them.
    private func place(_ request: WireRequest) -> UnsafeMutableRawPointer {
        precondition(request.headerLines.count <= Self.maxHeaders, "a request has more headers than planned")
        let size = request.headerLines.reduce(request.body.count) { $0 + $1.count + 1 }
        if sent.count < size {
            sent.deallocate()
            sent = .allocate(byteCount: size * 2, alignment: 1)
        }
        guard var cursor = sent.baseAddress else { preconditionFailure("a buffer without memory") }
        for (index, line) in request.headerLines.enumerated() {
            let text = cursor.assumingMemoryBound(to: CChar.self)
            cursor = copy(line, to: cursor)
            cursor.storeBytes(of: 0, as: UInt8.self)
            cursor += 1
            let next = index + 1 < request.headerLines.count ? headers + index + 1 : nil
            (headers + index).initialize(to: curl_slist(data: text, next: next))
        }
        ccurl_set_headers(handle, request.headerLines.isEmpty ? nil : headers)
        _ = copy(request.body, to: cursor)
        return cursor
    }

    private func copy(_ bytes: [UInt8], to cursor: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        bytes.withUnsafeBytes {
            if let source = $0.baseAddress { cursor.copyMemory(from: source, byteCount: $0.count) }
        }
        return cursor + bytes.count
    }

    /// Zero tells libcurl to give up and to close the connection.
    fileprivate func received(_ bytes: UnsafeRawBufferPointer) -> Int {
        if answer.isEmpty {
            guard !expectsJSON || saysJSON else {
                refusal = .wrongType
                return 0
            }
        }
        guard answer.count + bytes.count <= maxAnswerBytes else {
            refusal = .tooLarge
            return 0
        }
        answer.append(contentsOf: bytes)
        return bytes.count
    }

    private var saysJSON: Bool {
        guard let type = ccurl_get_text(handle, CURLINFO_CONTENT_TYPE) else { return false }
        return strncasecmp(type, "application/x-amz-json", 22) == 0
            || strncasecmp(type, "application/json", 16) == 0
    }

    func timerFired() {
        deadline = nil
        transport.timedOut(self)
    }

    func finish(_ result: Result<WireAnswer, WireFailure>) {
        let told = completion
        completion = nil
        answer = []
        told?(result)
    }

    func header(_ name: StaticString) -> String? {
        name.withUTF8Buffer { bytes in
            // A StaticString ends with a zero, as C wants it.
            guard let start = bytes.baseAddress else { return nil }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count + 1) {
                ccurl_get_header(handle, $0).map { String(cString: $0) }
            }
        }
    }
}

private let writeFunction: curl_write_callback = { data, size, count, context in
    guard let context, let data else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.received(UnsafeRawBufferPointer(start: data, count: size * count))
}

private let closeFunction: curl_closesocket_callback = { context, descriptor in
    guard let context else { return close(descriptor) }
    Unmanaged<CurlTransport>.fromOpaque(context).takeUnretainedValue().willClose(descriptor)
    return close(descriptor)
}
