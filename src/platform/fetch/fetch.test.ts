import { describe, expect, test } from 'vitest';
import { findTarget, isPublic } from './index.ts';

const names: Readonly<Record<string, readonly string[]>> = {
  'media.example': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'split.example': ['93.184.215.14', '10.0.0.5'],
  'split6.example': ['93.184.215.14', 'fd00::1'],
  'loop.example': ['127.0.0.1'],
  '127.0.0.1.nip.test': ['127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'empty.example': [],
};
const find = (url: string, from?: string, allowed: readonly string[] = []) =>
  findTarget(url, {
    resolve: (host) => Promise.resolve(names[host] ?? ['93.184.215.14']),
    allowed,
    ...(from === undefined ? {} : { from: new URL(from) }),
  });

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Every way to write an address that is not public, and names that lead to one. */
const refused: readonly string[] = words(`
  127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 %31%32%37.0.0.1 127.0.0.1. ①②⑦.⓪.⓪.①
  0 0.0.0.0 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.169.254
  [::] [::1] [::ffff:7f00:1] [::ffff:127.0.0.1] [::ffff:0:7f00:1] [::7f00:1] [::127.0.0.1] [::ffff:a9fe:a9fe]
  [64:ff9b::a9fe:a9fe] [64:ff9b:1::1] [2002:7f00:1::] [2001::1] [2001:db8::1] [fd00::1] [fc00::1] [fe80::1]
  [fec0::1] [ff02::1] [100::1] [5f00::1] [fe80::1%25eth0] [::1%251]
  10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 100.100.100.200 192.0.0.192
  192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
  localhost LOCALHOST. a.localhost localhost.localdomain metadata.google.internal printer.local nas.lan
  127.0.0.1.nip.test loop.example split.example split6.example mapped.example empty.example
`).map((host) => `http://${host}/`);

/** Refused by their form, before anything is looked up. */
const malformed: readonly string[] = [
  ...words(`
    http:///127.0.0.1 http://127.0.0.1\\@evil.com http://evil.com@127.0.0.1/ http://127.0.0.1#@evil.com/ HTTP://127.0.0.1/
    http://127.0.0.1%2f@evil.com/ http://user:secret@media.example/ http://user@media.example/ http://media.example%00.evil.com/
    http:// http://[::1/ file:///etc/passwd ftp://media.example/ gopher://media.example/ data:video/mp4;base64,AAAA
    jar:http://media.example!/ concat:a|b dict://media.example/ blob:http://media.example/1 javascript:alert(1)
    ws://media.example/ subfile:,,:/etc/x
  `),
  'http://1.1.1.1 &@2.2.2.2# @3.3.3.3/',
  ...[22, 25, 5432, 6379, 8787, 9090, 8080, 444].map((port) => `http://media.example:${port}/`),
];
/** Without a scheme these mean something only against a base. */
const relative: readonly string[] = ['http:127.0.0.1', '//127.0.0.1/', 'media.example/file.mp4', ''];

describe('findTarget()', () => {
  test.each(refused)('refuses %s, which is not the public internet', async (url) => {
    expect(await find(url)).toBeUndefined();
  });

  test.each([...malformed, ...relative])('refuses %j by its form', async (url) => {
    expect(await find(url)).toBeUndefined();
  });

  test.each([...refused, ...malformed, '//127.0.0.1/', '//localhost/'])('refuses a redirect to %s', async (url) => {
    expect(await find(url, 'http://media.example/start')).toBeUndefined();
  });

  test('refuses a way back from https to http', async () => {
    expect(await find('http://media.example/a', 'https://media.example/')).toBeUndefined();
    expect(await find('/a', 'https://media.example/')).toMatchObject({ host: 'media.example', port: 443 });
  });

  test.each([
    ['http://media.example/a.mp4', '93.184.215.14', 80],
    ['https://MEDIA.example./a.mp4?x=1', '93.184.215.14', 443],
    ['https://media.example:443/', '93.184.215.14', 443],
    ['http://93.184.215.14/', '93.184.215.14', 80],
    ['http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', 80],
  ])('takes %s and pins the address it checked', async (url, address, port) => {
    expect(await find(url)).toMatchObject({ address, port });
  });

  test('takes what the operator allows, by host and port only', async () => {
    const allowed = ['nas.lan:8080', '10.0.0.5:80'];
    expect(await find('http://nas.lan:8080/a', undefined, allowed)).toMatchObject({ host: 'nas.lan', port: 8080 });
    expect(await find('http://10.0.0.5/a', undefined, allowed)).toMatchObject({ address: '10.0.0.5' });
    expect(await find('http://nas.lan:8081/a', undefined, allowed)).toBeUndefined();
    expect(await find('http://10.0.0.5:8080/a', undefined, allowed)).toBeUndefined();
    expect(await find('http://nas.lan:8080@evil.com/a', undefined, allowed)).toBeUndefined();
  });
});

test('isPublic() refuses what is no address at all', () => {
  expect(['', 'media.example', '1.2.3', '999.1.1.1'].map(isPublic)).toEqual([false, false, false, false]);
});
