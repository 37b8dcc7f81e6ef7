/// How a body's bytes are packed for the way. The raw value orders the choice among equals: the smallest first.
enum ContentCoding: Int, CaseIterable, Sendable {
    case brotli
    case gzip
    case identity

    /// As Content-Encoding says it; identity is not said.
    var token: String? {
        switch self {
        case .brotli: "br"
        case .gzip: "gzip"
        case .identity: nil
        }
    }

    /// A body up to this many bytes is sent as it is: the headers would weigh as much as what is saved.
    static let smallestBytes = 256

    /// The body in this coding, or nil when it would not be smaller.
    func encoded(_ body: [UInt8]) -> [UInt8]? {
        let packed: [UInt8]?
        switch self {
        case .identity: return body
        case .gzip: packed = Gzip.compressed(body)
        case .brotli: packed = Brotli.compressed(body)
        }
        guard let packed, packed.count < body.count else { return nil }
        return packed
    }
}
