import { describe, expect, it } from 'vitest';
import { FakeHost } from '#server/testing/fake-world/fake-host.ts';
import { readConfiguration, type WholeConfiguration } from './read-configuration.ts';

const ROOT = '/etc/postgresql/15/main';

async function read(files: Record<string, string | null>): Promise<WholeConfiguration> {
  const host = new FakeHost('db1', '10.0.0.1');
  for (const [name, content] of Object.entries(files)) {
    const path = name.startsWith('/') ? name : `${ROOT}/${name}`;
    if (content === null) host.putDirectory(path);
    else host.putFile(path, Buffer.from(content, 'latin1'));
  }
  return readConfiguration(host, `${ROOT}/postgresql.conf`, { signal: new AbortController().signal });
}

describe('a configuration read whole', () => {
  it('keeps every byte of a file that includes nothing', async () => {
    const conf = "work_mem = 7MB # gr\u00f6\u00dfer\n#include 'x.conf'\ninclude_files_of = 'x'\n\n";
    expect(await read({ 'postgresql.conf': conf })).toEqual({ text: conf, files: [], directories: [] });
  });

  it('has what is included in place of the line, in the order in which the server reads it', async () => {
    const whole = await read({
      'postgresql.conf':
        "work_mem = 7MB\nINCLUDE_DIR = 'conf.d' # more\ninclude '/srv/it''s.conf'\njit = off",
      'conf.d': null,
      'conf.d/b.conf': 'b = 1',
      'conf.d/a.conf': 'a = 1\ninclude deep/x.conf\n',
      'conf.d/deep/x.conf': 'x = 1\n',
      'conf.d/.hidden.conf': 'hidden = 1',
      'conf.d/readme.txt': 'not = read',
      "/srv/it's.conf": 's = 1\n',
    });
    const settings = whole.text.split('\n').filter((line) => !line.startsWith('#'));
    expect(settings).toEqual(['work_mem = 7MB', 'a = 1', 'x = 1', 'b = 1', 's = 1', 'jit = off']);
    expect(whole.text).toContain('# from conf.d/a.conf:\na = 1\n');
    expect(whole.text).toContain("# from /srv/it's.conf:\ns = 1\n");
    expect(whole.files).toEqual(
      ['conf.d/a.conf', 'conf.d/deep/x.conf', 'conf.d/b.conf']
        .map((f) => `${ROOT}/${f}`)
        .concat("/srv/it's.conf"),
    );
  });

  it('names empty directories and files that set nothing', async () => {
    const whole = await read({
      'postgresql.conf': "include_dir 'conf.d'\ninclude 'empty.conf'\ninclude_if_exists 'none.conf'\n",
      'conf.d': null,
      'empty.conf': '# nothing yet\n',
    });
    expect(whole.directories).toEqual([`${ROOT}/conf.d`]);
    expect(whole.files).toEqual([`${ROOT}/empty.conf`]);
  });

  it('is refused where an included file is gone, or files include each other', async () => {
    await expect(read({ 'postgresql.conf': "include 'x.conf'" })).rejects.toMatchObject({
      code: 'WORLD_CHANGED',
    });
    await expect(read({ 'postgresql.conf': "include_dir 'conf.d'" })).rejects.toMatchObject({
      code: 'WORLD_CHANGED',
    });
    await expect(read({ 'postgresql.conf': "include 'postgresql.conf'" })).rejects.toMatchObject({
      code: 'WORLD_CHANGED',
    });
  });
});
