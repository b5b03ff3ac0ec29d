import { createHash } from 'node:crypto';
import { withoutFlags } from '#server/domain/command-flags.ts';
import { AppError } from '#server/errors/app-error.ts';
import type {
  ComposedContainer,
  ComposeHash,
  ComposeHost,
  ComposePlace,
} from '#server/ports/compose-host.ts';

interface FileOfOneService {
  command: string[];
  /** All the rest of the file. */
  rest: string;
}

/** A Docker engine with Compose and one container as a model; files are JSON. */
export class FakeCompose implements ComposeHost {
  readonly files = new Map<string, string>();
  readonly effects: Record<string, number> = {};
  found: ComposedContainer | null;
  program: readonly string[] | null = ['docker-compose'];
  image: string | null = 'sha256:1';
  hashState: ComposeHash | null = null;
  cannot: string | null = null;
  variables: string[] = [];
  sharers: string[] = [];
  inside: string[] = [];
  /** The engine refuses to remove a container that runs. */
  isRunning: () => boolean = () => false;
  readonly #name: string;

  constructor(name: string, file: string, content: FileOfOneService) {
    this.#name = name;
    this.files.set(file, JSON.stringify(content));
    this.found = this.#make(content.command, 'always', {
      project: 'shop',
      service: 'db',
      directory: '/srv/shop',
      files: [file],
      version: '1.29.2',
    });
  }

  #make(command: string[], restartPolicy: string, compose: ComposedContainer['compose']): ComposedContainer {
    const image = { imageId: this.image ?? '', image: 'postgres:15' };
    return { ...image, running: false, restartPolicy, command, compose, lasting: ['/data'], unnamed: [] };
  }

  #count(effect: string): void {
    this.effects[effect] = (this.effects[effect] ?? 0) + 1;
  }

  engine(): ReturnType<ComposeHost['engine']> {
    const compose = this.program;
    return Promise.resolve({ version: '20.10.24', architecture: 'amd64', compose, freeBytes: 1 });
  }

  container(name: string): Promise<ComposedContainer | null> {
    return Promise.resolve(name === this.#name ? this.found : null);
  }

  networkSharers(): Promise<string[]> {
    return Promise.resolve(this.sharers);
  }

  changedInside(): Promise<string[]> {
    return Promise.resolve(this.inside);
  }

  imageId(): Promise<string | null> {
    return Promise.resolve(this.image);
  }

  reading({ file }: ComposePlace): ReturnType<ComposeHost['reading']> {
    const content = this.files.get(file);
    if (content === undefined) return Promise.resolve(null);
    const { cannot, variables } = this;
    const command = cannot === null ? parse(content).command : null;
    return Promise.resolve({ sha256: sha256(content), command, cannot, variables });
  }

  hash({ file }: ComposePlace): Promise<ComposeHash> {
    if (this.hashState !== null) return Promise.resolve(this.hashState);
    const says = parse(this.files.get(file) ?? '{}').command;
    const state = JSON.stringify(says) === JSON.stringify(this.found?.command) ? 'same' : 'different';
    return Promise.resolve({ state, detail: 'abc' });
  }

  edit({ file }: ComposePlace, names: readonly string[]): ReturnType<ComposeHost['edit']> {
    const before = this.files.get(file);
    if (before === undefined || this.cannot !== null)
      return Promise.reject(new AppError('INVALID_INPUT', { message: this.cannot ?? 'no file' }));
    const after = without(before, names);
    return Promise.resolve({
      beforeSha256: sha256(before),
      afterSha256: sha256(after),
      mode: '0644',
      shown: { before, after },
    });
  }

  fileHash(path: string): Promise<string | null> {
    const content = this.files.get(path);
    return Promise.resolve(content === undefined ? null : sha256(content));
  }

  keepFile(from: string, to: string): Promise<void> {
    if (this.files.has(to)) throw new AppError('GATE_FAILED', { message: `${to} exists` });
    this.#count('keep');
    this.files.set(to, this.files.get(from) ?? '');
    return Promise.resolve();
  }

  removeFile(path: string): Promise<void> {
    this.files.delete(path);
    return Promise.resolve();
  }

  takeOff({ file }: ComposePlace, names: readonly string[], beforeSha256: string): Promise<void> {
    const content = this.#require(file, beforeSha256);
    this.#count('take-off');
    this.files.set(file, without(content, names));
    return Promise.resolve();
  }

  putBack({ file }: ComposePlace, keptAs: string, afterSha256: string): Promise<void> {
    this.#require(file, afterSha256);
    this.files.set(file, this.files.get(keptAs) ?? '');
    return Promise.resolve();
  }

  removeContainer(): Promise<void> {
    if (this.isRunning()) throw new AppError('COMMAND_FAILED', { message: 'it runs' });
    this.#count('remove-container');
    this.found = null;
    return Promise.resolve();
  }

  createContainer(place: ComposePlace, _name: string, restartPolicy: string): Promise<void> {
    this.#count('create-container');
    const { command } = parse(this.files.get(place.file) ?? '{}');
    const { project, service, directory, file } = place;
    const compose = { project, service, directory, files: [file], version: '1.29.2' };
    this.found ??= this.#make(command, restartPolicy, compose);
    return Promise.resolve();
  }

  #require(file: string, hash: string): string {
    const content = this.files.get(file) ?? '';
    if (sha256(content) === hash) return content;
    throw new AppError('GATE_FAILED', { message: `${file} is not the file that was shown` });
  }
}

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

const parse = (content: string): FileOfOneService => JSON.parse(content) as FileOfOneService;

function without(content: string, names: readonly string[]): string {
  const { command, rest } = parse(content);
  return JSON.stringify({ command: withoutFlags(command, names), rest });
}
