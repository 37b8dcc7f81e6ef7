/// The names by which DynamoDB and SQS refuse what we ask, as their documentation lists them: those of every service first.
/// A refusal under another name is no less one; but it is counted, and its connection is closed.
enum RefusalNames {
    static func areKnown(_ name: String) -> Bool { known.contains(name) }

    private static let known: Set<String> = [
        "AccessDeniedException", "AccessDenied", "IncompleteSignature", "IncompleteSignatureException",
        "InvalidAction", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure",
        "MalformedQueryString", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
        "MissingParameter", "NotAuthorized", "OptInRequired", "RequestExpired", "RequestTimeTooSkewed",
        "RequestInTheFuture", "SerializationException", "UnknownOperationException",
        "UnsupportedOperation", "UnsupportedOperationException", "ValidationError", "ValidationException",

        "ConditionalCheckFailedException", "IdempotentParameterMismatchException",
        "ItemCollectionSizeLimitExceededException", "ReplicatedWriteConflictException",
        "ResourceInUseException", "ResourceNotFoundException", "TableAlreadyExistsException",
        "TableNotFoundException", "TransactionCanceledException", "TransactionConflictException",

        "BatchEntryIdsNotDistinct", "BatchRequestTooLong", "EmptyBatchRequest", "InvalidAddress",
        "InvalidAttributeName", "InvalidAttributeValue", "InvalidBatchEntryId", "InvalidIdFormat",
        "InvalidMessageContents", "InvalidParameterValueException", "InvalidSecurity",
        "KmsAccessDenied", "KmsDisabled", "KmsInvalidKeyUsage", "KmsInvalidState", "KmsNotFound",
        "KmsOptInRequired",
        "KmsThrottled", "MessageNotInflight", "MissingRequiredParameterException", "OverLimit",
        "PurgeQueueInProgress", "QueueDeletedRecently", "QueueDoesNotExist", "QueueNameExists",
        "ReceiptHandleIsInvalid", "TooManyEntriesInBatchRequest",
    ]
}
