#!/usr/bin/env bash
# Writes the role's keys of the next hour into the file that the AWS CLI reads. GitHub's identity token is good for minutes and
# nobody renews it, so this is run again before each thing that takes long; a call that is under way finds the new keys by itself.
set -euo pipefail
answer=$(curl --silent --show-error --fail --max-time 20 -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
    "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com")
umask 077
token=$(mktemp "$RUNNER_TEMP/aws-identity.XXXXXX")
trap 'rm -f "$token"' EXIT
printf '%s' "$answer" | python3 -c 'import json, sys; print(json.load(sys.stdin)["value"], end="")' >"$token"
# By way of files: everybody on the machine can read the words of a command.
keys=$(aws sts assume-role-with-web-identity --role-arn "$SIGN_IN_ROLE" --role-session-name "github-$GITHUB_RUN_ID" \
    --web-identity-token "file://$token" --duration-seconds 3600 --region "$AWS_REGION" --output json)
printf '%s' "$keys" | python3 -c '
import json, sys
keys = json.load(sys.stdin)["Credentials"]
print("[default]")
for name, key in (("access_key_id", "AccessKeyId"), ("secret_access_key", "SecretAccessKey"), ("session_token", "SessionToken")):
    print(f"aws_{name} = {keys[key]}")' >"$AWS_SHARED_CREDENTIALS_FILE.new"
mv "$AWS_SHARED_CREDENTIALS_FILE.new" "$AWS_SHARED_CREDENTIALS_FILE"
