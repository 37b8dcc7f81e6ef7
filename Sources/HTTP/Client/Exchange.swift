/// One request on its way to its answer.
final class Exchange {
    let bytes: [UInt8]
    let isHead: Bool
    let isRepeatable: Bool
    let deadlineNs: UInt64
    var wasRetried = false
    private var completion: ((Result<ClientResponse, HTTPClientError>) -> Void)?

    init(
        _ request: ClientRequest, host: String, deadlineNs: UInt64,
        completion: @escaping (Result<ClientResponse, HTTPClientError>) -> Void
    ) {
        bytes = request.encoded(host: host)
        isHead = request.method == .head
        isRepeatable = request.isRepeatable
        self.deadlineNs = deadlineNs
        self.completion = completion
    }

    /// Tells the caller, once.
    func finish(_ result: Result<ClientResponse, HTTPClientError>) {
        let told = completion
        completion = nil
        told?(result)
    }
}
