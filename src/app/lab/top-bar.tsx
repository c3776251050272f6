import {
  CircleHelp,
  Command,
  EllipsisVertical,
  Pause,
  Play,
  Presentation,
  Redo2,
  Share2,
  SunMoon,
  Undo2,
} from 'lucide-react'
import { useStore } from 'zustand'
import { labs } from '../../labs/registry.ts'
import { Button } from '../../ui/button.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { isTheme, THEME_TITLES, THEMES } from '../../ui/theme.ts'
import { useMedia } from '../../ui/use-media.ts'
import { useSession } from '../../ui/use-session.ts'
import { Brand } from '../brand.tsx'
import { chooseFile } from '../files.ts'
import { openFile } from '../inbox.ts'
import { prefer, preferences } from '../preferences.ts'
import { BranchMenu } from './branch-menu.tsx'
import { type Lab, PANEL_TITLES, PANELS, useLab } from './context.ts'
import { NARROW } from './workbench.tsx'

/** 48 pixels: where one is, and what concerns the whole experiment. */
export function TopBar() {
  const lab = useLab()
  const narrow = useMedia(NARROW)
  const { run, branches } = useSession(lab.session, ({ slow }) => ({
    run: slow?.run.title ?? '',
    branches: slow?.branches ?? null,
  }))
  const seed = useSession(lab.session, ({ slow }) => slow?.run.seed ?? null)
  return (
    <header className="top-bar">
      <Brand />
      {!lab.presenting && !narrow && (
        <nav aria-label="Labs" className="top-labs">
          {labs.map((each) => (
            <a key={each.id} href={`#/${each.id}`} aria-current={each.id === lab.manifest.id ? 'page' : undefined}>
              {each.title}
            </a>
          ))}
        </nav>
      )}
      <div className="top-title">
        <h1 title={run}>{run === '' ? lab.manifest.title : run}</h1>
        {seed !== null && !narrow && <span className="chip">seed {seed}</span>}
        {branches !== null && branches.length > 1 && <BranchMenu branches={branches} />}
      </div>
      <div className="top-acts">{lab.presenting ? <PresentActs lab={lab} /> : <Acts lab={lab} narrow={narrow} />}</div>
    </header>
  )
}

function PresentActs({ lab }: { readonly lab: Lab }) {
  const theme = useStore(preferences, (state) => state.theme)
  return (
    <>
      <Button
        look="ghost"
        aria-pressed={theme === 'projector'}
        onClick={() => prefer({ theme: theme === 'projector' ? 'dark' : 'projector' })}
      >
        Projector
      </Button>
      <Button onClick={() => lab.present(false)}>Stop presenting</Button>
    </>
  )
}

/** Where the timeline hides behind a tab, its most important button stays at hand. */
function PlayButton({ lab }: { readonly lab: Lab }) {
  const playing = useSession(lab.session, ({ slow }) => slow?.run.playing === true)
  const { api } = lab.session
  return (
    <Button
      look="ghost"
      data-shape="icon"
      aria-label={playing ? 'Pause' : 'Play'}
      onClick={() => void (playing ? api.stop() : api.play())}
    >
      {playing ? <Pause size={18} aria-hidden /> : <Play size={18} aria-hidden />}
    </Button>
  )
}

function Acts({ lab, narrow }: { readonly lab: Lab; readonly narrow: boolean }) {
  // When the only act was taken back, the other branch tells that it can be brought again.
  const changed = useSession(
    lab.session,
    ({ slow }) => slow !== null && (slow.acts.length > 0 || slow.branches.length > 1),
  )
  if (narrow) {
    return (
      <>
        <PlayButton lab={lab} />
        <Menu
          align="end"
          trigger={
            <Button look="ghost" data-shape="icon" aria-label="Menu">
              <EllipsisVertical size={18} aria-hidden />
            </Button>
          }
          entries={narrowEntries(lab)}
        />
      </>
    )
  }
  return (
    <>
      {changed && (
        <>
          <IconButton label="Take the last act back" keys="Mod+Z" onClick={() => void lab.host.undo()}>
            <Undo2 size={16} aria-hidden />
          </IconButton>
          <IconButton label="Bring it again" keys="Mod+Shift+Z" onClick={() => void lab.host.redo()}>
            <Redo2 size={16} aria-hidden />
          </IconButton>
        </>
      )}
      <Button onClick={() => lab.show('share')}>Share</Button>
      <Button onClick={() => lab.present(true)}>Present</Button>
      <ViewMenu lab={lab} />
      <IconButton label="Keys and help" keys="?" onClick={() => lab.show('help')}>
        <CircleHelp size={16} aria-hidden />
      </IconButton>
    </>
  )
}

function ViewMenu({ lab }: { readonly lab: Lab }) {
  const theme = useStore(preferences, (state) => state.theme)
  return (
    <Menu
      align="end"
      trigger={
        <Button look="ghost" data-shape="icon" aria-label="Theme and view" title="Theme and view">
          <SunMoon size={16} aria-hidden />
        </Button>
      }
      entries={viewEntries(lab, theme)}
    />
  )
}

function viewEntries(lab: Lab, theme: string): readonly MenuEntry[] {
  return [
    { kind: 'heading', label: 'Theme' },
    {
      kind: 'choice',
      value: theme,
      options: THEMES.map((value) => ({ value, label: THEME_TITLES[value] })),
      onChoose: (value) => isTheme(value) && prefer({ theme: value }),
    },
    { kind: 'separator' },
    { kind: 'heading', label: 'Show or hide' },
    ...PANELS.map((id): MenuEntry => ({ kind: 'item', label: PANEL_TITLES[id], onSelect: () => lab.toggle(id) })),
    { kind: 'separator' },
    {
      kind: 'item',
      label: 'Commands…',
      hint: 'Ctrl K',
      icon: <Command size={14} aria-hidden />,
      onSelect: () => lab.show('palette'),
    },
    { kind: 'item', label: 'Open file…', onSelect: () => void chooseExperiment() },
    { kind: 'item', label: 'Settings…', onSelect: () => lab.show('settings') },
  ]
}

function narrowEntries(lab: Lab): readonly MenuEntry[] {
  const { theme } = preferences.getState()
  return [
    { kind: 'item', label: 'Share…', icon: <Share2 size={14} aria-hidden />, onSelect: () => lab.show('share') },
    { kind: 'item', label: 'Present', icon: <Presentation size={14} aria-hidden />, onSelect: () => lab.present(true) },
    {
      kind: 'item',
      label: 'Take the last act back',
      icon: <Undo2 size={14} aria-hidden />,
      onSelect: () => void lab.host.undo(),
    },
    {
      kind: 'item',
      label: 'Bring it again',
      icon: <Redo2 size={14} aria-hidden />,
      onSelect: () => void lab.host.redo(),
    },
    { kind: 'separator' },
    {
      kind: 'choice',
      value: theme,
      options: THEMES.map((value) => ({ value, label: THEME_TITLES[value] })),
      onChoose: (value) => isTheme(value) && prefer({ theme: value }),
    },
    { kind: 'separator' },
    { kind: 'item', label: 'Commands…', onSelect: () => lab.show('palette') },
    { kind: 'item', label: 'Open file…', onSelect: () => void chooseExperiment() },
    { kind: 'item', label: 'Settings…', onSelect: () => lab.show('settings') },
    { kind: 'item', label: 'Help', onSelect: () => lab.show('help') },
  ]
}

async function chooseExperiment(): Promise<void> {
  const file = await chooseFile('.lab,.txt,text/plain')
  if (file !== null) await openFile(file)
}
