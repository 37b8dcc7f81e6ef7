/// One statement with its values. Whatever is interpolated becomes a parameter of the statement, never a part of
/// its text:
///
///     "SELECT outcome FROM inbox WHERE attempt = \(attempt)"
///
/// The text itself is made of literals that stand in the program: a `StaticString` cannot be built at run time, so
/// there is no way to put a value into it.
package struct SQLQuery: ExpressibleByStringInterpolation, Sendable {
    package typealias StringLiteralType = StaticString

    struct Parameter: Sendable {
        let typeOID: UInt32
        /// Where its bytes stand in `payload`.
        let start: Int
        /// Negative for NULL.
        let length: Int
    }

    let text: String
    let parameters: [Parameter]
    /// The bytes of all parameters, one after the other: one buffer a statement, however many values it has.
    let payload: [UInt8]

    package init(stringLiteral literal: StaticString) {
        text = literal.description
        parameters = []
        payload = []
    }

    package init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
        payload = stringInterpolation.payload
    }

    package struct Interpolation: StringInterpolationProtocol {
        package typealias StringLiteralType = StaticString

        fileprivate var text = ""
        fileprivate var parameters: [Parameter] = []
        fileprivate var payload: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
            parameters.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { text += String(decoding: $0, as: UTF8.self) }
        }

        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value) { bind(value) }

        /// NULL when there is none. The label keeps an optional from being bound by mistake.
        package mutating func appendInterpolation<Value: SQLScalar>(orNull value: Value?) { bind(value) }

        private mutating func bind<Value: SQLBindable>(_ value: Value) {
            let start = payload.count
            let isNull = !value.encode(into: &payload)
            let length = isNull ? -1 : payload.count - start
            parameters.append(Parameter(typeOID: Value.typeOID, start: start, length: length))
            text += "$\(parameters.count)"
        }

        /// A part that several statements share. It is a literal of the program too.
        package mutating func appendInterpolation(_ part: SQLPart) { text += part.text }
    }
}

/// A piece of SQL without values, for statements that have it in common.
package struct SQLPart: ExpressibleByStringLiteral, Sendable {
    let text: String

    package init(stringLiteral literal: StaticString) { text = literal.description }
}
