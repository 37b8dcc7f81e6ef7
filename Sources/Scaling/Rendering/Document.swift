/// A value of JSON or YAML whose members keep their order, so that a rendered file reads as it was written and a
/// difference in it is a difference in meaning.
package indirect enum Document: Equatable, Sendable {
    package struct Member: Equatable, Sendable {
        package let name: String
        package let value: Document
    }

    case text(String)
    case number(Int)
    case decimal(thousandths: Int)
    case flag(Bool)
    case list([Document])
    case members([Member])
    /// A parameter or resource of the template.
    case reference(String)
    /// Text in which `${NAME}` stands for a parameter of the template.
    case substituted(String)

    /// Intrinsic functions of templates become plain members.
    package var expanded: Document {
        switch self {
        case .reference(let name): ["Ref": .text(name)]
        case .substituted(let text): ["Fn::Sub": .text(text)]
        default: self
        }
    }

    /// Members after these. Only for members.
    func adding(_ more: Document) -> Document {
        guard case .members(let own) = self, case .members(let others) = more else {
            preconditionFailure("only members can be added to members")
        }
        return .members(own + others)
    }

    package subscript(_ name: String) -> Document? {
        guard case .members(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension Document: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
    package init(arrayLiteral elements: Document...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, Document)...) {
        self = .members(elements.map { Member(name: $0.0, value: $0.1) })
    }
}
