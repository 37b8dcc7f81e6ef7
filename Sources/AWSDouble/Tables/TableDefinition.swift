/// What a table was created with.
struct TableDefinition {
    struct Key {
        let name: Text
        /// S, N or B.
        let type: String
    }

    struct Index {
        enum Projected {
            case all
            case keysOnly
            case include([Text])

            var name: String {
                switch self {
                case .all: "ALL"
                case .keysOnly: "KEYS_ONLY"
                case .include: "INCLUDE"
                }
            }
        }

        let name: Text
        let partitionKey: Key
        let sortKey: Key?
        let projected: Projected

        /// The part of an item that the index holds.
        func projection(of item: AttributeMap, table: TableDefinition) -> AttributeMap {
            if case .all = projected { return item }
            var names = table.keyNames + keyNames
            if case .include(let others) = projected { names += others }
            return AttributeMap(unordered: item.entries.filter { names.contains($0.name) })
        }

        var keyNames: [Text] { [partitionKey.name] + (sortKey.map { [$0.name] } ?? []) }
    }

    let name: Text
    let partitionKey: Key
    let sortKey: Key?
    let indexes: [Index]
    let attributes: [Key]
    var isOnDemand = true
    var isProtected = false
    let createdAtMs: Int64
    let id: String

    var keyNames: [Text] { [partitionKey.name] + (sortKey.map { [$0.name] } ?? []) }
    var arn: String { "arn:aws:dynamodb:\(AWSPlace.region):\(AWSPlace.account):table/\(name)" }

    func index(named name: Text) throws(Refusal) -> Index {
        guard let index = indexes.first(where: { $0.name == name }) else {
            throw .validation("The table does not have the specified index: \(name)")
        }
        return index
    }
}

/// Where all of it seems to be.
package enum AWSPlace {
    static let region = "us-east-1"
    static let account = "000000000000"
}
