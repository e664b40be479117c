// Preloaded into Node programs that `keyless run` starts (NODE_OPTIONS), to simulate a pod: the databases' host names
// resolve to their loopback addresses, as with DNS, and the clock can run faster.
const dns = require("node:dns");
const { syncBuiltinESMExports } = require("node:module");

const names = JSON.parse(process.env.KEYLESS_NAMES ?? "{}");
const lookup = dns.lookup;
dns.lookup = (host, options, callback) => {
    const address = Object.hasOwn(names, host) ? names[host] : undefined;
    return address === undefined ? lookup(host, options, callback) : lookup(address, options, callback);
};
const lookupPromise = dns.promises.lookup;
dns.promises.lookup = (host, options) => lookupPromise(Object.hasOwn(names, host) ? names[host] : host, options);

if (process.env.KEYLESS_PACE !== undefined) {
    const { since, speed } = JSON.parse(process.env.KEYLESS_PACE);
    const RealDate = Date;
    const now = () => Math.floor(since + (RealDate.now() - since) * speed);
    globalThis.Date = new Proxy(RealDate, {
        construct: (target, args, made) =>
            Reflect.construct(target, args.length === 0 ? [now()] : args, made === globalThis.Date ? target : made),
        apply: () => new RealDate(now()).toString(),
        get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
    });
}
syncBuiltinESMExports();
