// Runs at the edge before the cache is asked. It keeps the cache key small: what is not a question that the origin
// knows never reaches the key, so nobody can make the origin work by inventing query strings.
var known = {
    form: /^runs$/,
    since: /^[A-Za-z0-9._~-]{1,64}$/,
    section: /^[A-Za-z0-9._~-]{1,64}$/
};

function handler(event) {
    var request = event.request;
    if (request.uri.indexOf('/public/') !== 0 && request.uri.indexOf('/confirm/') !== 0) {
        return {
            statusCode: 404,
            statusDescription: 'Not Found',
            headers: {
                'content-type': { value: 'application/problem+json' },
                'cache-control': { value: 'public, max-age=60' }
            },
            body: '{"type":"/problems/not-found","title":"There is nothing here","status":404}'
        };
    }
    if (request.uri.indexOf('/public/') === 0) {
        var kept = {};
        for (var name in request.querystring) {
            var parameter = request.querystring[name];
            if (known[name] && !parameter.multiValue && known[name].test(parameter.value)) kept[name] = parameter;
        }
        request.querystring = kept;
    }
    return request;
}
