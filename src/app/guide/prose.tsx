import { marked, type Token, type Tokens } from 'marked'
import { type ReactNode, useMemo } from 'react'

/** Short markdown as elements. Nothing is ever set as HTML: what is no known markdown is shown as text. */
export function Prose({ text }: { readonly text: string }) {
  const tokens = useMemo(() => marked.lexer(text), [text])
  return <div className="prose">{nodes(tokens)}</div>
}

function nodes(tokens: readonly Token[] | undefined): ReactNode {
  // Prose is replaced as a whole; its tokens have no identity.
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  return tokens?.map((token, index) => <Node key={index} token={token} />)
}

function Node({ token }: { readonly token: Token }): ReactNode {
  switch (token.type) {
    case 'paragraph':
      return <p>{nodes(token.tokens)}</p>
    case 'heading':
      return <h3>{nodes(token.tokens)}</h3>
    case 'strong':
      return <strong>{nodes(token.tokens)}</strong>
    case 'em':
      return <em>{nodes(token.tokens)}</em>
    case 'codespan':
      return <code>{token.text}</code>
    case 'code':
      return <pre>{token.text}</pre>
    case 'br':
      return <br />
    case 'blockquote':
      return <blockquote>{nodes(token.tokens)}</blockquote>
    case 'list':
      return list(token as Tokens.List)
    case 'link':
      return link(token as Tokens.Link)
    case 'text':
      return 'tokens' in token && token.tokens !== undefined ? nodes(token.tokens) : plain(token.text)
    case 'escape':
      return token.text
    case 'space':
      return null
    default:
      return token.raw
  }
}

function list(token: Tokens.List): ReactNode {
  const items = token.items.map((item) => <li key={item.raw}>{nodes(item.tokens)}</li>)
  return token.ordered ? <ol start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>
}

/** Only places of the web and of this page; `javascript:` and the like stay text. */
function link(token: Tokens.Link): ReactNode {
  if (!/^(https:\/\/|#\/)/.test(token.href)) return nodes(token.tokens)
  const away = token.href.startsWith('https:')
  return (
    <a href={token.href} {...(away ? { target: '_blank', rel: 'noreferrer' } : {})}>
      {nodes(token.tokens)}
    </a>
  )
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** The lexer may have escaped text for HTML; React escapes by itself. */
function plain(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
}
