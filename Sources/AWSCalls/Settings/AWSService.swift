/// The services that are called, as their signatures, their metrics and their JSON protocols name them.
package enum AWSService: String, Sendable, CaseIterable {
    case dynamoDB = "dynamodb"
    case sqs

    var targetPrefix: StaticString {
        switch self {
        case .dynamoDB: "DynamoDB_20120810."
        case .sqs: "AmazonSQS."
        }
    }
}
