/// A piece of an expression, with the place where it begins.
struct Token: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case word(String)
        case namePlaceholder(String)
        case valuePlaceholder(String)
        case number(Int)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Sendable {
        case open = "("
        case close = ")"
        case openBracket = "["
        case closeBracket = "]"
        case comma = ","
        case dot = "."
        case plus = "+"
        case minus = "-"
        case equal = "="
        case notEqual = "<>"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    let kind: Kind
    let text: String

    /// Whether it is this word of the language, in whatever case.
    func isKeyword(_ keyword: StaticString) -> Bool {
        guard case .word(let word) = kind else { return false }
        return Keyword.matches(word, keyword)
    }
}

/// The words of the expression language itself.
enum Keyword {
    static func matches(_ word: String, _ keyword: StaticString) -> Bool {
        guard word.utf8.count == keyword.utf8CodeUnitCount else { return false }
        for (index, byte) in word.utf8.enumerated() where byte & 0xDF != keyword.utf8Start[index] {
            return false
        }
        return true
    }
}
