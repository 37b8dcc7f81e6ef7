import HTTP
import JSON

extension ClientResponse {
    /// The body, or null when it is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

    /// The NAME of `/problems/NAME`.
    var problem: String? {
        guard header("content-type") == "application/problem+json" else { return nil }
        return json["type"]?.string.map { String($0.dropFirst("/problems/".count)) }
    }

    var intent: String { json["id"]?.string ?? "pi_none" }

    /// The seats in the way with their states, as `A-1-1 held`.
    var conflicts: [String] {
        guard case .array(let conflicts)? = json["conflicts"] else { return [] }
        return conflicts.map { "\($0["seat"]?.string ?? "?") \($0["state"]?.string ?? "?")" }
    }
}
