/* global AbortSignal, fetch */
import { URL } from "node:url";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

/** Who AWS says these credentials are: the ARN of a role's session. */
export async function callerArn(credentials, region, env = process.env) {
    const url = new URL(
        env.AWS_ENDPOINT_URL_STS ?? `https://sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`,
    );
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    const headers = { host: url.host, "content-type": "application/x-www-form-urlencoded" };
    const request = new HttpRequest({
        method: "POST",
        protocol: url.protocol,
        hostname: url.hostname,
        path: url.pathname,
        headers,
        body,
    });
    const signer = new SignatureV4({ service: "sts", region, credentials, sha256: Sha256 });
    const signed = await signer.sign(request);
    const answer = await fetch(url, {
        method: "POST",
        headers: signed.headers,
        body,
        signal: AbortSignal.timeout(10_000),
    });
    return /<Arn>(.*)<\/Arn>/.exec(await answer.text())?.[1] ?? `STS answered ${answer.status}`;
}

/** A token like the RDS signer's, but of another time. */
export async function tokenSignedAt(date, { host, port, user, region }, credentials) {
    const query = { Action: "connect", DBUser: user };
    const request = new HttpRequest({
        method: "GET",
        protocol: "https:",
        hostname: host,
        port,
        query,
        headers: { host: `${host}:${port}` },
    });
    const signer = new SignatureV4({ service: "rds-db", region, credentials, sha256: Sha256 });
    const { query: signed } = await signer.presign(request, { expiresIn: 900, signingDate: date });
    const pairs = Object.entries(signed).map((pair) => pair.map(encodeURIComponent).join("="));
    return `${host}:${port}/?${pairs.join("&")}`;
}
