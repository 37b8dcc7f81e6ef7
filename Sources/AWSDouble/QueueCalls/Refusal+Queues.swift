/// What SQS refuses, in its words. The name goes into the body, the code into the header that clients of the older
/// protocol look at.
extension Refusal {
    static func queue(_ name: String, _ message: String, code: String? = nil) -> Refusal {
        var refusal = Refusal(name, message, origin: .queue)
        refusal.queryCode = code ?? name
        return refusal
    }

    static let queueMissing = queue(
        "QueueDoesNotExist", "The specified queue does not exist.",
        code: "AWS.SimpleQueueService.NonExistentQueue")

    static func invalidParameter(_ message: String) -> Refusal {
        var refusal = Refusal("InvalidParameterValueException", message, origin: .gate)
        refusal.queryCode = "InvalidParameterValue"
        return refusal
    }

    static func invalidParameter(_ name: String, _ value: String, _ reason: String) -> Refusal {
        invalidParameter("Value \(value) for parameter \(name) is invalid. Reason: \(reason)")
    }

    static func missingParameter(_ name: String) -> Refusal {
        var refusal = Refusal(
            "MissingRequiredParameterException", "The request must contain the parameter \(name).",
            origin: .gate)
        refusal.queryCode = "MissingParameter"
        return refusal
    }

    static func queueUnsupported(_ what: String) -> Refusal {
        queue(
            "UnsupportedOperation", "aws-double does not support \(what)",
            code: "AWS.SimpleQueueService.UnsupportedOperation")
    }
}
