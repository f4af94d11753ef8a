/** The header by which an AWS client names its access key; the loopback services look at nothing else of it. */
export function withKey(key: string): { authorization: string } {
  const scope = '20260603/eu-central-1/states/aws4_request';
  return { authorization: `AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=host, Signature=00` };
}
