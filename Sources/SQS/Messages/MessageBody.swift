import JSON
import Ticketing

/// What stands in a message: `{"v":1,"kind":"intent","id":"pi_…"}`.
enum MessageBody {
    static func text(_ message: OrderMessage) -> String {
        var writer = JSONWriter(capacity: 128)
        switch message {
        case .intent(let id):
            writer.object { writer in
                writer.member("v", 1)
                writer.member("kind", "intent" as StaticString)
                writer.member("id", id.text)
            }
        case .probe(let text):
            writer.object { writer in
                writer.member("v", 1)
                writer.member("kind", "probe" as StaticString)
                writer.member("text", text)
            }
        case .unreadable(let body): return body
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Whatever is not exactly one of ours reaches the worker as it came.
    static func message(_ body: String) -> OrderMessage {
        var version: Int64?
        var kind = ""
        var id: String?
        var text: String?
        do throws(JSONError) {
            try JSONReader.read(Array(body.utf8)) { reader throws(JSONError) in
                try reader.object { name, reader throws(JSONError) in
                    switch name {
                    case "v": version = try reader.integer()
                    case "kind": kind = try reader.string()
                    case "id": id = try reader.string()
                    case "text": text = try reader.string()
                    default: throw reader.unknownMember()
                    }
                }
            }
        } catch {
            return .unreadable(body)
        }
        switch (version, kind, id, text) {
        case (1, "intent", .some(let id), nil):
            guard let intent = try? IntentID(id) else { return .unreadable(body) }
            return .intent(intent)
        case (1, "probe", nil, .some(let text)): return .probe(text)
        default: return .unreadable(body)
        }
    }
}
