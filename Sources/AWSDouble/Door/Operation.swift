/// What the double can be asked, with the names that X-Amz-Target has.
package enum Operation: String, CaseIterable, Sendable {
    case createTable = "DynamoDB_20120810.CreateTable"
    case describeTable = "DynamoDB_20120810.DescribeTable"
    case deleteTable = "DynamoDB_20120810.DeleteTable"
    case listTables = "DynamoDB_20120810.ListTables"
    case updateTimeToLive = "DynamoDB_20120810.UpdateTimeToLive"
    case describeTimeToLive = "DynamoDB_20120810.DescribeTimeToLive"
    case getItem = "DynamoDB_20120810.GetItem"
    case putItem = "DynamoDB_20120810.PutItem"
    case updateItem = "DynamoDB_20120810.UpdateItem"
    case deleteItem = "DynamoDB_20120810.DeleteItem"
    case query = "DynamoDB_20120810.Query"
    case scan = "DynamoDB_20120810.Scan"
    case batchGetItem = "DynamoDB_20120810.BatchGetItem"
    case batchWriteItem = "DynamoDB_20120810.BatchWriteItem"
    case transactGetItems = "DynamoDB_20120810.TransactGetItems"
    case transactWriteItems = "DynamoDB_20120810.TransactWriteItems"
    case createQueue = "AmazonSQS.CreateQueue"
    case getQueueURL = "AmazonSQS.GetQueueUrl"
    case getQueueAttributes = "AmazonSQS.GetQueueAttributes"
    case setQueueAttributes = "AmazonSQS.SetQueueAttributes"
    case listQueues = "AmazonSQS.ListQueues"
    case deleteQueue = "AmazonSQS.DeleteQueue"
    case purgeQueue = "AmazonSQS.PurgeQueue"
    case sendMessage = "AmazonSQS.SendMessage"
    case sendMessageBatch = "AmazonSQS.SendMessageBatch"
    case receiveMessage = "AmazonSQS.ReceiveMessage"
    case deleteMessage = "AmazonSQS.DeleteMessage"
    case deleteMessageBatch = "AmazonSQS.DeleteMessageBatch"
    case changeMessageVisibility = "AmazonSQS.ChangeMessageVisibility"
    case changeMessageVisibilityBatch = "AmazonSQS.ChangeMessageVisibilityBatch"
    case startMessageMoveTask = "AmazonSQS.StartMessageMoveTask"
    case listMessageMoveTasks = "AmazonSQS.ListMessageMoveTasks"

    /// Every case by its target: a lookup for each call.
    static let byTarget = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    /// Its place in tables of counts.
    var index: Int { Self.places[self]! }
    private static let places = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))

    package var isQueue: Bool { rawValue.hasPrefix("AmazonSQS") }

    /// As the control port writes it: `DynamoDB.GetItem`, `SQS.SendMessage`.
    package var name: String {
        let call = rawValue[rawValue.index(after: rawValue.firstIndex(of: ".")!)...]
        return (isQueue ? "SQS." : "DynamoDB.") + call
    }

    static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}
