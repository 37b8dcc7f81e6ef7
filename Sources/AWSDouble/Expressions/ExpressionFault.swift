/// What is wrong with an expression, in DynamoDB's words; the operation puts the parameter's name before it.
struct ExpressionFault: Error, Equatable {
    let message: String
    /// Some refusals are about the request and do not name the parameter.
    var namesParameter = true

    static func syntax(token: String, near: String) -> ExpressionFault {
        ExpressionFault(message: "Syntax error; token: \"\(token)\", near: \"\(near)\"")
    }

    static func undefined(name: String) -> ExpressionFault {
        ExpressionFault(
            message: "An expression attribute name used in the document path is not defined; attribute name: "
                + name)
    }

    static func undefined(value: String) -> ExpressionFault {
        ExpressionFault(
            message: "An expression attribute value used in expression is not defined; attribute value: "
                + value)
    }

    static func operandType(_ operation: String, _ type: String) -> ExpressionFault {
        ExpressionFault(
            message: "Incorrect operand type for operator or function; operator or function: \(operation), "
                + "operand type: \(type)")
    }

    static func operandCount(_ function: String, _ count: Int) -> ExpressionFault {
        ExpressionFault(
            message: "Incorrect number of operands for operator or function; operator or function: "
                + "\(function), number of operands: \(count)")
    }

    static func overlap(_ one: String, _ two: String) -> ExpressionFault {
        ExpressionFault(
            message: "Two document paths overlap with each other; must remove or rewrite one of these paths; "
                + "path one: \(one), path two: \(two)")
    }

    static func conflict(_ one: String, _ two: String) -> ExpressionFault {
        ExpressionFault(
            message:
                "Two document paths conflict with each other; must remove or rewrite one of these paths; "
                + "path one: \(one), path two: \(two)")
    }

    func refusal(in parameter: StaticString) -> Refusal {
        .validation(namesParameter ? "Invalid \(parameter): \(message)" : message)
    }
}
