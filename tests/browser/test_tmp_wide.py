import pytest
from tests import full_house
from conversations import control
from conversations.models import Chat
from tests.browser import entrance
pytestmark = [pytest.mark.commits, pytest.mark.browser]
JS="""() => { const w=document.documentElement.clientWidth; return [...document.querySelectorAll('body *')].filter(e=>e.getBoundingClientRect().right>w+0.5 && getComputedStyle(e).position!=='fixed').slice(0,12).map(e=>e.tagName+'.'+e.className+' '+Math.round(e.getBoundingClientRect().right)+' '+(e.textContent||'').trim().slice(0,40)) }"""
def test_wide(page, site):
    entrance.come_in(page)
    full_house.furnish()
    control.start(by="tests")
    page.context.add_cookies([{"name": "kulis-language", "value": "tr", "url": site}])
    for addr in ("/","/chats/","/spending/","/admin/conversations/llmcall/"):
        for w in (1440,1280,390):
            page.set_viewport_size({"width": w, "height": 900}); page.goto(addr)
            print(addr,w,page.evaluate("document.documentElement.scrollWidth"), page.evaluate(JS))
